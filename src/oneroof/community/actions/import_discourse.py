"""A backup of a Discourse is stored, once: categories as groups, topics as questions, replies as what they are."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from django.db import models
from django.utils.text import slugify

from oneroof.community import store
from oneroof.community.actions.bringing import (
    Bringing,
    Made,
    NoPlaceError,
    Numbered,
    keep_old_addresses,
    known_of,
    remember_entries,
    remember_members,
    store_all,
)
from oneroof.community.actions.import_discourse_deeds import import_actions, import_revisions
from oneroof.community.actions.import_discourse_files import Files
from oneroof.community.actions.import_table import bring_up_to_date
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.discourse import OF_POSTS, QUERIES, SMALL, TABLES, as_ours, prepare, rows_of
from oneroof.community.imports.pgdump import stage
from oneroof.community.imports.stackexchange import Row, moment
from oneroof.community.models import (
    Entry,
    Group,
    ImportedBadge,
    Kind,
    Member,
    Membership,
    OldDeed,
    Status,
    Tag,
    Visibility,
)
from oneroof.core.errors import OneroofError
from oneroof.core.files.rejected import Rejected
from oneroof.core.home import home
from oneroof.core.importing import Rejects
from oneroof.text.language import detect

DEEDS: Mapping[str, str] = {
    "closed.enabled": OldDeed.What.CLOSED,
    "closed.disabled": OldDeed.What.REOPENED,
    "autoclosed.enabled": OldDeed.What.CLOSED,
    "autoclosed.disabled": OldDeed.What.REOPENED,
    "archived.enabled": OldDeed.What.LOCKED,
    "archived.disabled": OldDeed.What.UNLOCKED,
    "split_topic": OldDeed.What.MOVED,
    "pinned.enabled": OldDeed.What.SHOWN,
    "pinned.disabled": OldDeed.What.SHOWN,
    "visible.enabled": OldDeed.What.SHOWN,
    "visible.disabled": OldDeed.What.SHOWN,
}


def import_discourse(dump: Path, source: str, rejects: Rejects) -> dict[str, KindCount]:
    """What was counted of each kind. What others point at comes first."""
    run = Bringing(dump, source[:120], rejects)
    with _staged(run) as staged:
        prepare(staged)
        files = Files(run, staged)
        _tags(run, staged)
        _users(run, staged, files)
        groups = _categories(run, staged)
        _posts(run, staged, groups, files)
        import_actions(run, staged)
        import_revisions(run, staged, files)
        _badges(run, staged)
    return run.by_kind


@contextmanager
def _staged(run: Bringing) -> Iterator[sqlite3.Connection]:
    """The dump's tables, in a folder that goes when all is done, or when the next one begins."""
    folder = home() / "importing"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OneroofError("Another backup is being brought along. Wait for its end.") from error
        (folder / "staged.sqlite").unlink(missing_ok=True)

        def refuse(table: str, row: int, reason: str, said: str) -> None:
            run.by_kind[table].read += 1
            run.by_kind[table].rejected += 1
            run.rejects.add(run.place / table, Rejected(f"line {row}", reason, said))

        try:
            with closing(sqlite3.connect(folder / "staged.sqlite", isolation_level=None)) as staged:
                stage(run.place, TABLES, staged, refuse)
                yield staged
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _tags(run: Bringing, staged: sqlite3.Connection) -> None:
    names = set(Tag.objects.values_list("name", flat=True))
    old = {row["id"] for _n, row in rows_of(staged, QUERIES["tags"]) if row.get("name", "")[:60] in names}

    def make(row: Row) -> Tag:
        return Tag(name=row["name"][:60])

    store_all(run, "tags", rows_of(staged, QUERIES["tags"]), make, old, key="id")


def _users(run: Bringing, staged: sqlite3.Connection, files: Files) -> None:
    def make(row: Row) -> Member:
        return Member(
            name=(row.get("name") or row["username"])[:120],
            about=as_ours(row.get("bio_raw", ""), files.old),
            place=row.get("location", "")[:120],
            joined_at=moment(row["created_at"]),
            claim_email=row.get("email", "").strip().lower()[:254],
            external_source=run.source,
            external_id=row["id"],
        )

    def after(made: Made) -> None:
        keep_old_addresses(made, lambda row: f"/u/{row['username'].lower()}")

    rows = rows_of(staged, QUERIES["users"])
    store_all(run, "users", rows, make, known_of(Member, run), after=after, key="id")
    remember_members(run)


def _categories(run: Bringing, staged: sqlite3.Connection) -> dict[str, Group]:
    """A restricted one is secret, and its groups' people belong; administrators keep it."""

    def make(row: Row) -> Group:
        name = f"{row['parent_name']}: {row['name']}" if "parent_name" in row else row["name"]
        return Group(
            slug=_free_slug(row),
            name=name[:120],
            visibility=Visibility.SECRET if row.get("read_restricted") == "t" else Visibility.PUBLIC,
            external_source=run.source,
            external_id=row["id"],
        )

    def after(made: Made) -> None:
        for row, group in made:
            if row.get("read_restricted") == "t":
                Membership.objects.bulk_create(_belonging(run, staged, cast("Group", group), row["id"]))

    rows = rows_of(staged, QUERIES["categories"])
    store_all(run, "categories", rows, make, known_of(Group, run), after=after, key="id")
    return {group.external_id: group for group in Group.objects.filter(external_source=run.source)}


def _free_slug(row: Row) -> str:
    slug = slugify(row.get("slug") or row["name"], allow_unicode=True)[:60].strip("-") or "category"
    tries = (slug, f"{slug}-{row['id']}", *(f"{slug}-{row['id']}-{n}" for n in range(2, 50)))
    taken = set(Group.objects.filter(slug__in=tries).values_list("slug", flat=True))
    return next(each for each in tries if each not in taken)


BELONGING = """
SELECT users.id AS id, max(coalesce(users.admin, 'f')) AS admin FROM users WHERE users.admin = 't' OR users.id IN (
    SELECT user_id FROM group_users JOIN category_groups ON category_groups.group_id = group_users.group_id
    WHERE category_groups.category_id = ?
) GROUP BY users.id
"""


def _belonging(run: Bringing, staged: sqlite3.Connection, group: Group, category: str) -> list[Membership]:
    state = {"t": Membership.State.KEEPER}
    found = {
        run.members[row["id"]]: state.get(row["admin"], Membership.State.MEMBER)
        for _n, row in rows_of(staged, BELONGING, int(category))
        if row["id"] in run.members
    }
    return [Membership(group=group, member_id=pk, state=what) for pk, what in found.items()]


def _posts(run: Bringing, staged: sqlite3.Connection, groups: Mapping[str, Group], files: Files) -> None:
    """A topic's first post asks. What replies to it, or was accepted, answers; the rest are comments on those."""
    known = known_of(Entry, run)
    remember_entries(run)
    kinds = _sorted_out(staged)
    rest, _is_new = Group.objects.get_or_create(slug="imported", defaults={"name": run.source})
    tags = _tags_of(staged)

    def make_of(kind: Kind) -> Any:
        return lambda row: _entry(run, groups.get(row.get("category_id", ""), rest), row, kind, files)

    def keep(made: Made) -> None:
        for row, entry in made:
            files.attach(row, cast("Entry", entry))
        _keep(made)

    def asked(made: Made) -> None:
        store.tag_all([(cast("Entry", entry), tags.get(row["topic_id"], ())) for row, entry in made])
        keep(made)

    def answered(made: Made) -> None:
        bring_up_to_date({cast("Entry", entry).page_id for _row, entry in made})
        keep(made)

    _store_posts(run, staged, kinds, "questions", make_of(Kind.QUESTION), known, asked)
    _store_posts(run, staged, kinds, "answers", make_of(Kind.ANSWER), known, answered)
    _store_posts(run, staged, kinds, "comments", make_of(Kind.COMMENT), known, keep)
    remember_entries(run, comments=True)
    files.remember()
    import_small_actions(run, staged)


def _store_posts(
    run: Bringing,
    staged: sqlite3.Connection,
    kinds: Mapping[str, tuple[str, str]],
    kind: str,
    make: Any,
    known: set[str],
    after: Any,
) -> None:
    def rows() -> Numbered:
        for number, row in rows_of(staged, OF_POSTS):
            what, parent = kinds.get(row["id"], ("", ""))
            if what == kind:
                yield number, {**row, "parent": parent}

    store_all(run, kind, rows(), make, known, after=after, key="id")
    remember_entries(run)


def _sorted_out(staged: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """By the post's id: its kind, and the post that it stands below."""
    sorted_out: dict[str, tuple[str, str]] = {}
    topic = question = ""
    for _n, row in rows_of(staged, OF_POSTS):
        if row["post_type"] == SMALL:
            continue
        if row["topic_id"] != topic:
            topic, question = row["topic_id"], row["id"]
            sorted_out[row["id"]] = ("questions", "")
            continue
        target = row.get("target_id", question)
        what, above = sorted_out.get(target, ("questions", ""))
        if what == "questions" or "solved_at" in row:
            sorted_out[row["id"]] = ("answers", question)
        else:
            sorted_out[row["id"]] = ("comments", target if what == "answers" else above)
    return sorted_out


def _tags_of(staged: sqlite3.Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _n, row in rows_of(staged, "SELECT topic_id, name FROM topic_tags JOIN tags ON tags.id = tag_id"):
        found.setdefault(row["topic_id"], []).append(row["name"])
    return found


def _entry(run: Bringing, group: Group, row: Row, kind: Kind, files: Files) -> Entry:
    if not row.get("raw", "").strip():
        raise NoPlaceError("It has no text.")
    author, said = run.members.get(row.get("user_id", "")), moment(row["created_at"])
    body = as_ours(row["raw"], files.brought_by(row, author))
    entry = Entry(
        kind=kind,
        group=group,
        author_id=author,
        body=body,
        lang=detect(body),
        created_at=said,
        edited_at=moment(row["last_version_at"]) if int(row.get("version", 1)) > 1 else None,
        active_at=said,
        deleted_at=_gone_at(row),
        score=int(row.get("like_count") or 0),
        external_source=run.source,
        external_id=row["id"],
    )
    if kind == Kind.QUESTION:
        entry.title, entry.status = row["title"][:200], Status.OPEN
        entry.is_unlisted = row.get("visible") == "f"
        entry.active_at = moment(row["bumped_at"]) if "bumped_at" in row else said
    else:
        entry.parent_id, entry.root_id = run.entries[row["parent"]]
        entry.accepted_at = moment(row["solved_at"]) if kind == Kind.ANSWER and "solved_at" in row else None
    return entry


def _gone_at(row: Row) -> Any:
    """Deleted there, or hidden after reports: moderators may bring it back."""
    if when := row.get("deleted_at") or row.get("topic_deleted_at"):
        return moment(when)
    hidden = "t" in (row.get("hidden"), row.get("user_deleted"))
    return moment(row.get("updated_at") or row["created_at"]) if hidden else None


def _keep(made: Made) -> None:
    keep_old_addresses(made, lambda row: f"/t/{row['topic_id']}/{row['post_number']}")
    keep_old_addresses(made, lambda row: f"/p/{row['id']}")


def import_small_actions(run: Bringing, staged: sqlite3.Connection) -> None:
    """“Closed this topic”: what stands between the posts as a line of the program's own."""
    first: dict[str, str] = {}

    def rows() -> Numbered:
        for number, row in rows_of(staged, OF_POSTS):
            first.setdefault(row["topic_id"], row["id"])
            if row["post_type"] == SMALL:
                yield number, row

    def make(row: Row) -> OldDeed:
        question = first[row["topic_id"]]
        return OldDeed(
            kind="actions",
            what=DEEDS.get(row.get("action_code", ""), OldDeed.What.OTHER),
            entry_id=run.entries.get(question, (None, 0))[0],
            post=question,
            member_id=run.members.get(row.get("user_id", "")),
            at=moment(row["created_at"]),
            text=row.get("raw", "") or row.get("action_code", ""),
            external_source=run.source,
            external_id=row["id"],
        )

    known = known_of(OldDeed, run, kind="actions")
    store_all(run, "actions", rows(), make, known, key="id")


def _badges(run: Bringing, staged: sqlite3.Connection) -> None:
    def make(row: Row) -> models.Model:
        return ImportedBadge(
            member_id=run.members[row["user_id"]],
            name=row["name"][:120],
            at=moment(row["granted_at"]),
            external_source=run.source,
            external_id=row["id"],
        )

    known = known_of(ImportedBadge, run)
    store_all(run, "badges", rows_of(staged, QUERIES["badges"]), make, known, key="id")
