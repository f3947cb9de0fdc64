"""A Stack Exchange dump comes whole, once, and hostile files do no harm."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from oneroof.community.actions.import_community import import_community
from oneroof.community.imports import stackexchange
from oneroof.community.models import (
    Entry,
    Follow,
    Group,
    ImportedBadge,
    Kind,
    Member,
    OldDeed,
    Revision,
    Status,
    Tag,
    Visibility,
    Vote,
)
from oneroof.core.errors import OneroofError, WrongUseError
from oneroof.core.importing import Wanted

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[5] / "shared" / "data"
AT = 'CreationDate="2020-01-02T03:04:05.678"'
DUMP = {
    "Tags": '<row Id="1" TagName="seal" Count="1" ExcerptPostId="5" />',
    "Users": f'<row Id="1" DisplayName="Ann" {AT} /><row Id="2" DisplayName="Bo" {AT} />',
    "Posts": f"""
        <row Id="1" PostTypeId="1" AcceptedAnswerId="2" {AT} Score="3" Title="Why does it leak?" AnswerCount="1"
             Body="&lt;p&gt;It &lt;b&gt;drips&lt;/b&gt;.&lt;/p&gt;" OwnerUserId="1" Tags="&lt;seal&gt;" />
        <row Id="2" PostTypeId="2" ParentId="1" {AT}
             Score="1" Body="&lt;p&gt;Press it.&lt;/p&gt;" OwnerUserId="2" />
        <row Id="3" PostTypeId="1" {AT} Title="A leak again" Body="Why?" Tags="|seal|" />
        <row Id="4" PostTypeId="2" ParentId="99" {AT} Body="Lost." />
        <row Id="5" PostTypeId="4" {AT} Body="What keeps water in." />""",
    "Comments": f'<row Id="1" PostId="2" Text="Thanks" {AT} UserId="1" Score="0" />',
    "Votes": f'<row Id="1" PostId="2" VoteTypeId="1" {AT} /><row Id="2" PostId="2" VoteTypeId="2" {AT} />',
    "PostLinks": f'<row Id="1" PostId="3" RelatedPostId="1" LinkTypeId="3" {AT} />',
    "PostHistory": f"""
        <row Id="1" PostHistoryTypeId="1" PostId="1" RevisionGUID="a" {AT} UserId="1" Text="Why" />
        <row Id="2" PostHistoryTypeId="2" PostId="1" RevisionGUID="a" {AT} UserId="1" Text="It drips." />
        <row Id="3" PostHistoryTypeId="4" PostId="1" RevisionGUID="b" {AT} UserId="2"
             Text="Why does it leak?" />""",
    "Badges": '<row Id="1" UserId="1" Name="Teacher" Date="2020-01-02T03:04:05.678" Class="3" />',
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    folder.mkdir()
    for name, rows in DUMP.items():
        (folder / f"{name}.xml").write_text(f"<?xml version='1.0'?><all>{rows}</all>")
    return folder


def brought(folder: Path, form: str = "stackexchange") -> dict[str, Any]:
    return import_community(Wanted([folder], form, None, {}))


def test_every_part_is_there_and_points_at_the_right_one(dump: Path) -> None:
    brought(dump)
    question, answer = (Entry.objects.get(external_id=old) for old in "12")
    assert (question.body, question.author.name, question.status) == ("It **drips**.", "Ann", Status.SOLVED)
    assert (answer.root, answer.parent, answer.author.name) == (question, question, "Bo")
    assert answer.accepted_at
    comment = Entry.objects.get(kind=Kind.COMMENT)
    assert (comment.root, comment.parent) == (question, answer)
    assert Vote.objects.get().entry == answer
    assert Entry.objects.get(external_id="3").duplicate_of == question
    assert list(question.tags.values_list("name", "about")) == [("seal", "What keeps water in.")]
    assert list(Revision.objects.values_list("number", "title", "body")) == [
        (1, "Why", "It drips."),
        (2, "Why does it leak?", "It drips."),
    ]
    assert ImportedBadge.objects.get().member.name == "Ann"


def test_what_belongs_to_nothing_is_set_aside_with_its_reason(dump: Path) -> None:
    told = brought(dump)
    assert told["read"] == told["stored"] + told["duplicates"] + told["rejected"] == 16
    rows = [json.loads(line) for line in Path(told["rejected_file"]).read_text().splitlines()]
    assert [(row["file"], "99" in row["reason"]) for row in rows] == [("answers", True)]


def test_what_is_not_done_like_that_here_is_kept_as_what_it_was(dump: Path, client: Client) -> None:
    add_deeds(dump)
    told = brought(dump)
    assert told["rejected"] == 1  # the answer to nothing
    deeds = OldDeed.objects.order_by("kind", "pk")
    assert [(deed.kind, deed.what, deed.entry and deed.entry.external_id, deed.amount) for deed in deeds] == [
        ("history", "closed", "1", None),
        ("history", "tag_text", None, None),
        ("links", "duplicate", "3", None),
        ("links", "link", "1", None),
        ("links", "link", None, None),
        ("tag_wikis", "tag_text", None, None),
        ("votes", "accepted", "2", None),
        ("votes", "favourite", "1", None),
        ("votes", "bounty", "1", 50),
        ("votes", "other", "1", None),
        ("votes", "up", None, None),
    ]
    assert Follow.objects.get().member.name == "Bo"
    nomination = Entry.objects.get(kind=Kind.ARTICLE)
    assert (nomination.status, nomination.body) == (Status.ARCHIVED, "Choose me.")
    assert Entry.objects.get(external_id="c7").root == nomination
    question = Entry.objects.get(external_id="1")
    page = client.get(f"/e/{question.pk}/history/").content.decode()
    for words in ("A bounty was offered", "50", "Closed, or asked to be", "A leak again", "off-topic"):
        assert words in page
    assert "Vera Voter" not in page + "".join(deeds.values_list("text", flat=True))


def add_deeds(dump: Path) -> None:
    more = {
        "Posts": f'<row Id="6" PostTypeId="6" {AT} Body="Choose me." OwnerUserId="2" />',
        "Comments": f'<row Id="7" PostId="6" Text="Gladly" {AT} UserId="1" />',
        "Votes": f"""<row Id="3" PostId="1" VoteTypeId="5" {AT} UserId="2" />
            <row Id="4" PostId="1" VoteTypeId="8" {AT} UserId="2" BountyAmount="50" />
            <row Id="5" PostId="1" VoteTypeId="99" {AT} /><row Id="6" PostId="77" VoteTypeId="2" {AT} />""",
        "PostLinks": f"""<row Id="2" PostId="1" RelatedPostId="3" LinkTypeId="1" {AT} />
            <row Id="3" PostId="88" RelatedPostId="1" LinkTypeId="1" {AT} />""",
        "PostHistory": f"""<row Id="4" PostHistoryTypeId="10" PostId="1" RevisionGUID="c" {AT} Comment="off-topic"
             Text="{{&quot;Voters&quot;:[{{&quot;DisplayName&quot;:&quot;Vera Voter&quot;}}]}}" />
            <row Id="5" PostHistoryTypeId="2" PostId="5" RevisionGUID="d" {AT} Text="What keeps water in." />""",
    }
    for name, rows in more.items():
        file = dump / f"{name}.xml"
        file.write_text(file.read_text().replace("</all>", f"{rows}</all>"))


def test_rows_that_say_too_little_or_nonsense_are_set_aside_and_the_rest_goes_on(dump: Path) -> None:
    odd = {
        "Tags": '<row TagName="no id" /><row Id="8" WikiPostId="5" /><row Id="9" TagName="seal" />',
        "Users": '<row Id="8" CreationDate="never" /><row Id="9" CreationDate="0001-01-01T00:00:00+14:00" />',
        "Posts": f"""<row Id="20" PostTypeId="1" {AT} Title="Loud" Body="b" Score="99999999999" />
            <row Id="21" PostTypeId="1" Title="No date" Body="b" AcceptedAnswerId="22" />
            <row PostTypeId="1" {AT} Title="No id" Body="b" /><row PostTypeId="2" ParentId="1" {AT} Body="b" />
            <row Id="23" PostTypeId="1" {AT} Title="Less than none" Body="b" AnswerCount="-3" />""",
        "Votes": '<row Id="8" PostId="2" VoteTypeId="1" CreationDate="bad" />',
        "PostHistory": '<row Id="8" PostHistoryTypeId="2" PostId="3" RevisionGUID="z" CreationDate="bad" />',
        "Badges": '<row Id="8" UserId="1" Name="Odd" Date="bad" />',
    }
    for name, rows in odd.items():
        file = dump / f"{name}.xml"
        file.write_text(file.read_text().replace("<row", f"{rows}<row", 1))
    told = brought(dump)
    assert Entry.objects.get(title="Less than none").answers == 0
    assert Entry.objects.filter(kind=Kind.QUESTION).count() == told["by_kind"]["questions"]["stored"] == 3
    assert (Tag.objects.get().name, Member.objects.count()) == ("seal", 2)
    reasons = Path(str(told["rejected_file"])).read_text()
    for reason in (
        "It has no Id.",
        "It has no CreationDate.",
        "beyond two thousand million",
        "Invalid isoformat",
    ):
        assert reason in reasons


def test_a_second_run_stores_nothing_and_a_stopped_one_goes_on(dump: Path) -> None:
    whole = (dump / "Comments.xml").read_text()
    (dump / "Comments.xml").write_text(whole.replace("</all>", ""))
    with pytest.raises(OneroofError, match=r"Comments\.xml cannot be read further"):
        brought(dump)
    (dump / "Comments.xml").write_text(whole)
    assert brought(dump)["by_kind"]["votes"]["stored"] == 2
    again = brought(dump)
    assert again["stored"] == 0
    assert Entry.objects.count() == 4


def test_entities_are_refused(dump: Path) -> None:
    (dump / "Users.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a><row Id="&b;" /></a>')
    with pytest.raises(OneroofError, match=r"Users\.xml"):
        brought(dump)
    assert not Member.objects.exists()


def test_a_long_file_is_read_and_a_row_without_end_is_not(
    dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stackexchange, "PIECE", 1 << 8)
    monkeypatch.setattr(stackexchange, "LONGEST_ROW", 1 << 10)
    rows = "".join(f'<row Id="{n}" DisplayName="M{n}" {AT} />' for n in range(1, 101))
    (dump / "Users.xml").write_text(f"<users>{rows}</users>")
    assert brought(dump)["by_kind"]["users"]["stored"] == 100
    (dump / "Users.xml").write_text(f'<users><row Id="1" {AT} DisplayName="{"x" * 3_000}" /></users>')
    with pytest.raises(OneroofError, match="longer than 16 MB"):
        brought(dump)


def test_what_is_no_dump_is_refused(tmp_path: Path, dump: Path) -> None:
    with pytest.raises(WrongUseError, match="is not the folder"):
        brought(tmp_path)
    with pytest.raises(WrongUseError, match="not “phpbb”"):
        brought(dump, "phpbb")


def test_old_addresses_lead_to_the_new_ones(dump: Path, client: Client) -> None:
    brought(dump)
    ann = Member.objects.get(name="Ann")
    assert client.get("/users/1/ann")["Location"] == f"/m/{ann.pk}"
    question, answer = (Entry.objects.select_related("root").get(external_id=old) for old in "12")
    for old in ("/questions/1", "/questions/1/why-does-it-leak"):
        assert client.get(old)["Location"] == question.get_absolute_url()
    assert client.get("/a/2")["Location"] == answer.get_absolute_url()
    assert client.get("/questions/77").status_code == 404
    Group.objects.update(visibility=Visibility.SECRET)
    assert client.get("/questions/1").status_code == 404


@pytest.mark.parametrize("name", ["se_cardano_2021", "se_bicycles_meta_2023"])
@pytest.mark.slow
def test_a_real_dump_is_as_many_as_its_files(name: str) -> None:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"The public set {name} is not there.")
    told = brought(folder)
    assert (told["rejected"], told["rejected_file"]) == (0, None)
    posts = Counter(row["PostTypeId"] for row in rows(folder, "Posts"))
    assert entries(Kind.QUESTION) == stored(told, "questions") == posts["1"]
    assert entries(Kind.ANSWER) == stored(told, "answers") == posts["2"]
    assert entries(Kind.ARTICLE) == stored(told, "others") == posts["6"]
    assert deeds("tag_wikis") == stored(told, "tag_wikis") == posts["4"] + posts["5"]
    assert entries(Kind.COMMENT) == stored(told, "comments") == len(rows(folder, "Comments"))
    assert Member.objects.count() == stored(told, "users") == len(rows(folder, "Users"))
    assert Tag.objects.count() == stored(told, "tags") == len(rows(folder, "Tags"))
    assert ImportedBadge.objects.count() == stored(told, "badges") == len(rows(folder, "Badges"))
    assert Vote.objects.count() + deeds("votes") == stored(told, "votes") == len(rows(folder, "Votes"))
    assert deeds("links") == stored(told, "links") == len(rows(folder, "PostLinks"))
    assert_history_is_whole(folder, told)
    again = brought(folder)
    assert (again["stored"], again["duplicates"]) == (0, told["stored"])


def assert_history_is_whole(folder: Path, told: dict[str, Any]) -> None:
    history = rows(folder, "PostHistory")
    here = {row["Id"] for row in rows(folder, "Posts") if row["PostTypeId"] not in "45"}
    texts = [row for row in history if row["PostHistoryTypeId"] in set("123456789") and row["PostId"] in here]
    assert Revision.objects.count() == len({(row["PostId"], row["RevisionGUID"]) for row in texts})
    assert deeds("history") == len(history) - len(texts)
    assert stored(told, "history") == len(history)


def entries(kind: Kind) -> int:
    return Entry.objects.filter(kind=kind).count()


def deeds(kind: str) -> int:
    return OldDeed.objects.filter(kind=kind).count()


def stored(told: dict[str, Any], kind: str) -> int:
    return int(told["by_kind"].get(kind, {"stored": 0})["stored"])


def rows(folder: Path, name: str) -> list[Any]:
    path = folder / f"{name}.xml"
    return [each.attrib for each in ElementTree.parse(path).iter("row")] if path.exists() else []
