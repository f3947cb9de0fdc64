"""A backup of a Discourse comes with all that it says in public, once, and hostile files do no harm."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from oneroof.community.actions.import_community import import_community
from oneroof.community.imports import pgdump
from oneroof.community.imports.discourse import as_ours
from oneroof.community.models import (
    Entry,
    Group,
    ImportedBadge,
    Kind,
    Member,
    Membership,
    OldDeed,
    Revision,
    Status,
    Visibility,
    Vote,
)
from oneroof.core.errors import OneroofError, WrongUseError
from oneroof.core.importing import Wanted

pytestmark = pytest.mark.django_db
AT = "2024-03-01 10:00:00.123456"
LATER = "2024-03-02 11:00:00"
EDIT = (
    "--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\\nraw:\\n- It leaks.\\n- It leaks at night.\\n"
    "title:\\n- Leak\\n- Why does it leak?\\nedit_reason:\\n- \\n- clearer\\n"
)
POSTS = (
    "id, user_id, topic_id, post_number, raw, cooked, created_at, updated_at, reply_to_post_number, deleted_at, "
    "post_type, hidden, like_count, last_version_at, version, action_code"
)
TABLES: dict[str, tuple[str, list[list[Any]]]] = {
    "badges": ("id, name, description, badge_type_id", [[1, "First Like", None, 3]]),
    "categories": (
        "id, name, color, slug, parent_category_id, read_restricted",
        [[5, "Kettles", "0088CC", "kettles", None, "f"], [6, "Seals", "0088CC", "seals", 5, "f"],
         [7, "Staff room", "000000", "staff", None, "t"]],
    ),
    "category_groups": (
        "id, category_id, group_id, created_at, updated_at, permission_type", [[1, 7, 41, AT, AT, 1]],
    ),
    "discourse_solved_solved_topics": (
        "id, topic_id, answer_post_id, accepter_user_id, topic_timer_id, created_at, updated_at",
        [[1, 10, 103, 1, None, LATER, LATER]],
    ),
    "group_users": ("id, group_id, user_id, created_at, updated_at, owner", [[1, 41, 2, AT, AT, "f"]]),
    "post_actions": (
        "id, post_id, user_id, post_action_type_id, deleted_at, created_at, updated_at",
        [[1, 102, 1, 2, None, AT, AT], [2, 102, 3, 8, None, AT, AT], [3, 102, 3, 2, LATER, AT, AT],
         [4, 104, 1, 2, None, AT, AT], [5, 101, 2, 1, None, AT, AT]],
    ),
    "post_revisions": (
        "id, user_id, post_id, modifications, number, created_at, updated_at, hidden",
        [[1, 3, 101, EDIT, 2, LATER, LATER, "f"]],
    ),
    "posts": (
        POSTS,
        [
            [101, 1, 10, 1, "It leaks at night.", "<p>x</p>", AT, AT, None, None, 1, "f", 0, LATER, 2, None],
            [105, 3, 10, 5, "It was the seal.", "", AT, AT, 4, None, 1, "f", 0, AT, 1, None],
            [102, 2, 10, 2, '[quote="ann, post:1, topic:10"]\\nIt leaks.\\n[/quote]\\nTurn it **round**.', "",
             AT, AT, None, None, 1, "f", 1, AT, 1, None],
            [103, 3, 10, 3, "Press\\tit.\\\\", "", AT, AT, 2, None, 1, "f", 0, AT, 1, None],
            [104, 1, 10, 4, "Thanks", "", AT, AT, 2, None, 1, "f", 1, AT, 1, None],
            [106, 3, 10, 6, "", "", LATER, LATER, None, None, 3, "f", 0, LATER, 1, "closed.enabled"],
            [107, 3, 10, 7, "Only the staff reads this: canary", "", AT, AT, None, None, 4, "f", 0, AT, 1, None],
            [108, 1, 11, 1, "A letter between two: canary", "", AT, AT, None, None, 1, "f", 0, AT, 1, None],
            [109, 2, 12, 1, "What the staff says", "", AT, AT, None, None, 1, "f", 0, AT, 1, None],
            [110, 2, 10, 8, "Never mind", "", AT, AT, 1, LATER, 1, "f", 0, AT, 1, None],
        ],
    ),
    "tags": ("id, name, topic_count", [[1, "seal", 1]]),
    "topic_tags": ("id, topic_id, tag_id, created_at, updated_at", [[1, 10, 1, AT, AT]]),
    "topics": (
        "id, title, last_posted_at, created_at, category_id, archetype, deleted_at, visible, bumped_at, slug",
        [[10, "Why does it leak?", AT, AT, 6, "regular", None, "t", AT, "why-does-it-leak"],
         [11, "Between us", AT, AT, None, "private_message", None, "t", AT, "between-us"],
         [12, "Behind the door", AT, AT, 7, "regular", None, "t", AT, "behind-the-door"]],
    ),
    "user_badges": ("id, badge_id, user_id, granted_at, granted_by_id", [[1, 1, 1, AT, -1]]),
    "user_emails": (
        'id, user_id, email, "primary", created_at',
        [[1, 1, "Ann@old.example", "t", AT], [2, 1, "ann2@old.example", "f", AT],
         [3, 2, "bo@old.example", "t", AT]],
    ),
    "user_profiles": ("user_id, location, bio_raw", [[1, "Ghent", "Kettles since *1999*."]]),
    "users": (
        "id, username, created_at, updated_at, name, admin, trust_level",
        [[1, "Ann", AT, AT, "Ann Asker", "f", 2], [2, "bo", AT, AT, None, "f", 1],
         [3, "cy", AT, AT, "Cy", "t", 4]],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def sql(tables: dict[str, tuple[str, list[list[Any]]]] = TABLES) -> bytes:
    parts = ["SET statement_timeout = 0;\nCREATE TABLE public.posts (\n    id integer NOT NULL\n);\n"]
    for table, (columns, rows) in sorted(tables.items()):
        lines = ("\t".join("\\N" if each is None else str(each) for each in row) for row in rows)
        parts.append(
            f"COPY public.{table} ({columns}) FROM stdin;\n" + "".join(f"{line}\n" for line in lines)
        )
        parts.append("\\.\n\n\n")
    parts.append(
        "COPY public.stylesheet_cache (id, content) FROM stdin;\n1\tCOPY public.users (id) FROM stdin;\n\\.\n"
    )
    return "".join(parts).encode()


def packed(path: Path, *files: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """As Discourse makes it, or made it once: the dump packed, in a packed archive, behind the uploads."""
    picture = ("uploads/default/original/1X/a.png", b"png")
    return packed(tmp_path / "forum-2024-03-03.tar.gz", picture, ("dump.sql.gz", gzip.compress(sql())))


def brought(path: Path, form: str = "auto") -> dict[str, Any]:
    return import_community(Wanted([path], form, "forum", {}))


def entry(old: str) -> Entry:
    return Entry.objects.select_related("root", "parent", "author").get(external_id=old)


def test_every_part_is_there_and_points_at_the_right_one(backup: Path) -> None:
    told = brought(backup)
    assert (told["rejected"], {kind: count["stored"] for kind, count in told["by_kind"].items()}) == (0, {
        "files": 0, "tags": 1, "users": 3, "categories": 3, "questions": 2, "answers": 3, "comments": 2,
        "actions": 1, "votes": 3, "revisions": 1, "badges": 1,
    })  # fmt: skip
    question = entry("101")
    assert (question.title, question.status, question.answers) == ("Why does it leak?", Status.SOLVED, 2)
    assert (question.group.name, question.group.visibility) == ("Kettles: Seals", Visibility.PUBLIC)
    assert list(question.tags.values_list("name", flat=True)) == ["seal"]
    assert entry("102").body == "> **ann:**\n>\n> It leaks.\n\n\nTurn it **round**."
    accepted = entry("103")
    assert (accepted.kind, accepted.parent, accepted.body) == (Kind.ANSWER, question, "Press\tit.\\")
    assert accepted.accepted_at
    for old in ("104", "105"):  # the second replies to the first
        assert (entry(old).kind, entry(old).parent) == (Kind.COMMENT, entry("102"))
    assert entry("110").deleted_at
    assert ImportedBadge.objects.get().member.name == "Ann Asker"


def test_people_come_with_their_addresses_and_likes_with_their_people(backup: Path) -> None:
    brought(backup)
    ann, bo, cy = Member.objects.order_by("pk")
    assert (ann.claim_email, ann.place, ann.about) == ("ann@old.example", "Ghent", "Kettles since *1999*.")
    assert (bo.name, bo.claim_email) == ("bo", "bo@old.example")
    assert list(Vote.objects.order_by("pk").values_list("entry__external_id", "member__name")) == [
        ("102", "Ann Asker"),
        ("104", "Ann Asker"),
    ]
    assert list(OldDeed.objects.order_by("kind").values_list("what", "member__name")) == [
        ("closed", "Cy"),
        ("spam", None),
    ]
    steps = Revision.objects.filter(entry=entry("101")).values_list(
        "number", "title", "body", "author", "why"
    )
    assert list(steps) == [
        (1, "Leak", "It leaks.", ann.pk, ""),
        (2, "Why does it leak?", "It leaks at night.", cy.pk, "clearer"),
    ]


def test_what_was_said_in_private_stays_there(backup: Path, client: Client) -> None:
    brought(backup)
    assert not Entry.objects.filter(body__contains="canary").exists()
    room = Group.objects.get(name="Staff room")
    assert room.visibility == Visibility.SECRET
    belongs = dict(Membership.objects.filter(group=room).values_list("member__name", "state"))
    assert belongs == {"bo": "member", "Cy": "keeper"}
    assert client.get(entry("109").get_absolute_url()).status_code == 404
    assert client.get("/t/behind-the-door/12").status_code == 404


def test_old_addresses_lead_to_the_new_ones(backup: Path, client: Client) -> None:
    brought(backup)
    leads = {
        "/t/why-does-it-leak/10": entry("101").get_absolute_url(),
        "/t/why-does-it-leak/10/4": entry("104").get_absolute_url(),
        "/t/10/2": entry("102").get_absolute_url(),
        "/t/why-does-it-leak/10/99": entry("101").get_absolute_url(),
        "/p/103": entry("103").get_absolute_url(),
        "/u/Ann/summary": f"/m/{Member.objects.get(name='Ann Asker').pk}",
        "/c/kettles/5": "/g/kettles/",
        "/c/kettles/seals/6/l/latest": "/g/seals/",
        "/c/kettles/seals": "/g/seals/",
    }
    assert {old: client.get(old)["Location"] for old in leads} == leads
    for gone in (
        "/t/between-us/11",
        "/u/nobody",
        "/t/x/999",
        "/c/staff/7",
        "/c/staff",
        "/c/x/99",
        "/c/imported",
    ):
        assert client.get(gone).status_code == 404


def test_a_second_run_stores_nothing_and_a_later_backup_what_is_new(backup: Path, tmp_path: Path) -> None:
    first = brought(backup)
    again = brought(backup)
    assert (again["stored"], again["duplicates"]) == (0, first["stored"])
    columns, rows = TABLES["posts"]
    reply = [120, 2, 10, 9, "One more", "", AT, AT, None, None, 1, "f", 0, AT, 1, None]
    later = tmp_path / "dump.sql.gz"
    later.write_bytes(gzip.compress(sql({**TABLES, "posts": (columns, [*rows, reply])})))
    assert brought(later)["stored"] == 1
    assert (entry("120").kind, entry("101").answers) == (Kind.ANSWER, 3)


def test_rows_that_cannot_be_read_are_set_aside(tmp_path: Path) -> None:
    posts, rows = TABLES["posts"]
    odd = [
        ["x", "y"],
        [111, 1, 10, 9, "No such moment", "", "never", AT, None, None, 1, "f", 0, AT, 1, None],
        [112, 1, 10, 10, " ", "", AT, AT, None, None, 1, "f", 0, AT, 1, None],
    ]
    revisions, steps = TABLES["post_revisions"]
    bomb = [9, 1, 101, "a: " + "[" * 5_000, 3, AT, AT, "f"]
    path = tmp_path / "dump.sql"
    path.write_bytes(
        sql({**TABLES, "posts": (posts, rows + odd), "post_revisions": (revisions, [*steps, bomb])})
    )
    told = brought(path)
    reasons = Path(str(told["rejected_file"])).read_text()
    assert told["rejected"] == 4
    for reason in ("It has 2 fields, not 16", "Invalid isoformat", "It has no text", "cannot be read"):
        assert reason in reasons


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no rows of a PostgreSQL dump"),
        (b"PGDMP\x01\x0e", "no rows of a PostgreSQL dump"),
        (b"\x1f\x8bnothing of that kind", "cannot be read further"),
        (gzip.compress(sql())[:-40], "cannot be read further"),
        (sql()[:-2000], "breaks off"),
    ],
    ids=["empty", "custom format", "no gzip", "cut gzip", "cut text"],
)
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "forum.sql.gz"
    path.write_bytes(content)
    with pytest.raises(OneroofError, match=words):
        brought(path, "discourse")
    assert not Entry.objects.exists()
    assert not (tmp_path / "home" / "importing").exists()


def test_what_was_made_to_fill_the_disk_or_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "forum.sql.gz"
    monkeypatch.setattr(pgdump, "FREE", 1 << 20)
    path.write_bytes(gzip.compress(b"-- nothing\n" * 4_000_000))
    with pytest.raises(OneroofError, match="more than 200 times its size"):
        brought(path)
    monkeypatch.setattr(pgdump, "LONGEST_LINE", 1 << 12)
    (tmp_path / "long.sql").write_bytes(
        b"COPY public.users (id, username) FROM stdin;\n" + b"1\t" + b"x" * 9_000
    )
    with pytest.raises(OneroofError, match="longer than 16 MB"):
        brought(tmp_path / "long.sql")


def test_a_folder_and_a_mapping_are_wrong_use(tmp_path: Path, backup: Path) -> None:
    with pytest.raises(WrongUseError, match="is not a file"):
        brought(tmp_path, "discourse")
    with pytest.raises(WrongUseError, match="no columns to map"):
        import_community(Wanted([backup], "discourse", None, {"title": "topic"}))


def test_texts_are_markdown_with_what_only_discourse_knows_taken_out() -> None:
    assert as_ours("![lid|690x388](https://a.example/b.png)", str) == "![lid](https://a.example/b.png)"
    assert as_ours("[quote]\na\n[/quote]\nb", str) == "> a\n\n\nb"
    assert as_ours("[quote" * 3_000, str) == "[quote" * 3_000
