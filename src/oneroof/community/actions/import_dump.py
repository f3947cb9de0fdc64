"""A Stack Exchange dump is stored whole, once: each batch commits with what belongs to it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

from django.db import models

from oneroof.community import store
from oneroof.community.actions.bringing import (
    Bringing,
    Made,
    Make,
    NoPlaceError,
    Numbered,
    keep_old_addresses,
    known_of,
    remember_entries,
    remember_members,
    store_all,
)
from oneroof.community.actions.import_dump_deeds import import_history, import_links, import_votes
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.markup import as_markdown
from oneroof.community.imports.stackexchange import (
    ACCEPTED,
    ANSWER,
    QUESTION,
    WIKIS,
    Row,
    demand_whole,
    is_whole,
    moment,
    rows_of,
    tags_of,
)
from oneroof.community.models import Entry, Group, ImportedBadge, Kind, Member, OldDeed, Status, Tag
from oneroof.core.importing import Rejects
from oneroof.text.language import detect

TITLES = {
    "6": "A nomination as moderator",
    "7": "About an election",
    "8": "About a privilege",
}
"""Of posts that had none where they stood."""


def import_dump(folder: Path, source: str, rejects: Rejects) -> dict[str, KindCount]:
    """What was counted of each kind. What others point at comes first."""
    run = Bringing(folder, source[:120], rejects)
    group, _is_new = Group.objects.get_or_create(slug="imported", defaults={"name": run.source})
    _tags(run)
    _users(run)
    _questions(run, group)
    _answers(run, group)
    _others(run, group)
    _comments(run, group)
    import_votes(run)
    import_links(run)
    _wikis(run)
    import_history(run)
    _badges(run)
    return run.by_kind


def _whole(kind: str, make: Make) -> Make:
    def checked(row: Row) -> models.Model:
        demand_whole(kind, row)
        return make(row)

    return checked


def _posts(run: Bringing, *types: str) -> Numbered:
    return (each for each in rows_of(run.place, "Posts") if each[1].get("PostTypeId") in types)


def _tags(run: Bringing) -> None:
    names = set(Tag.objects.values_list("name", flat=True))
    rows = rows_of(run.place, "Tags")
    old = {row.get("Id", "") for _line, row in rows if row.get("TagName", "")[:60] in names}

    def make(row: Row) -> Tag:
        name = row["TagName"][:60]
        if name in names:
            raise NoPlaceError(f"There is a tag {name} already.")
        names.add(name)
        return Tag(name=name)

    store_all(run, "tags", rows_of(run.place, "Tags"), _whole("tags", make), old)


def _users(run: Bringing) -> None:
    def make(row: Row) -> Member:
        return Member(
            name=row.get("DisplayName", "")[:120] or f"user{row['Id']}",
            about=as_markdown(row.get("AboutMe", "")),
            place=row.get("Location", "")[:120],
            joined_at=moment(row["CreationDate"]),
            claim_email=row.get("Email", "").strip().lower()[:254],
            external_source=run.source,
            external_id=row["Id"],
        )

    def after(made: Made) -> None:
        keep_old_addresses(made, lambda row: f"/users/{row['Id']}")

    rows, known = rows_of(run.place, "Users"), known_of(Member, run)
    store_all(run, "users", rows, _whole("users", make), known, after=after)
    remember_members(run)


def _questions(run: Bringing, group: Group) -> None:
    def make(row: Row) -> Entry:
        entry = _entry(run, group, row, Kind.QUESTION)
        entry.title = row["Title"][:200]
        entry.answers = max(0, int(row.get("AnswerCount") or 0))
        accepted = "AcceptedAnswerId" in row
        entry.accepted_answers = int(accepted)
        entry.status = Status.SOLVED if accepted else Status.ANSWERED if entry.answers else Status.OPEN
        return entry

    def after(made: Made) -> None:
        store.tag_all([(cast("Entry", entry), tags_of(row.get("Tags", ""))) for row, entry in made])
        keep_old_addresses(made, lambda row: f"/questions/{row['Id']}")

    known = known_of(Entry, run)
    store_all(run, "questions", _posts(run, QUESTION), _whole("questions", make), known, after=after)
    remember_entries(run)


def _answers(run: Bringing, group: Group) -> None:
    accepted = _accepted(run)

    def make(row: Row) -> Entry:
        entry = _entry(run, group, row, Kind.ANSWER)
        entry.parent_id, entry.root_id = run.entries[row["ParentId"]]
        entry.accepted_at = accepted.get(row["Id"])
        return entry

    def after(made: Made) -> None:
        keep_old_addresses(made, lambda row: f"/a/{row['Id']}")

    known = known_of(Entry, run)
    store_all(run, "answers", _posts(run, ANSWER), _whole("answers", make), known, after=after)


def _accepted(run: Bringing) -> dict[str, datetime]:
    """When each accepted answer was: the day that its vote tells, else when its question was last active."""
    questions = (row for _line, row in _posts(run, QUESTION) if is_whole("questions", row))
    chosen = {row["AcceptedAnswerId"]: row for row in questions if "AcceptedAnswerId" in row}
    times = {
        answer: moment(row.get("LastActivityDate") or row["CreationDate"]) for answer, row in chosen.items()
    }
    for _line, row in rows_of(run.place, "Votes"):
        if row.get("VoteTypeId") == ACCEPTED and row.get("PostId") in times and is_whole("votes", row):
            times[row["PostId"]] = moment(row["CreationDate"])
    return times


def _others(run: Bringing, group: Group) -> None:
    """Nominations, privileges, help: an article that is put away, with its comments and votes."""

    def make(row: Row) -> Entry:
        entry = _entry(run, group, row, Kind.ARTICLE)
        entry.title = (row.get("Title") or TITLES.get(row["PostTypeId"], "From the old community"))[:200]
        entry.status = Status.ARCHIVED
        return entry

    def after(made: Made) -> None:
        keep_old_addresses(made, lambda row: f"/questions/{row['Id']}")

    known = known_of(Entry, run)
    store_all(run, "others", _other_posts(run), _whole("others", make), known, after=after)
    remember_entries(run)


def _other_posts(run: Bringing) -> Iterator[tuple[int, Row]]:
    taken = (QUESTION, ANSWER, *WIKIS)
    return (each for each in rows_of(run.place, "Posts") if each[1].get("PostTypeId") not in taken)


def _entry(run: Bringing, group: Group, row: Row, kind: Kind) -> Entry:
    body = as_markdown(row["Body"])
    said = moment(row["CreationDate"])
    return Entry(
        kind=kind,
        group=group,
        author_id=run.members.get(row.get("OwnerUserId", "")),
        body=body,
        lang=detect(f"{row.get('Title', '')} {body}"),
        created_at=said,
        edited_at=moment(row["LastEditDate"]) if "LastEditDate" in row else None,
        active_at=moment(row["LastActivityDate"]) if row.get("LastActivityDate") else said,
        score=int(row.get("Score") or 0),
        external_source=run.source,
        external_id=row["Id"],
    )


def _comments(run: Bringing, group: Group) -> None:
    def make(row: Row) -> Entry:
        said = moment(row["CreationDate"])
        entry = Entry(
            kind=Kind.COMMENT,
            group=group,
            author_id=run.members.get(row.get("UserId", "")),
            body=row["Text"].replace("\0", ""),
            created_at=said,
            active_at=said,
            score=int(row.get("Score") or 0),
            external_source=run.source,
            external_id=f"c{row['Id']}",
        )
        entry.parent_id, entry.root_id = run.entries[row["PostId"]]
        return entry

    known = {old.removeprefix("c") for old in known_of(Entry, run, kind=Kind.COMMENT)}
    store_all(run, "comments", rows_of(run.place, "Comments"), _whole("comments", make), known)


def _badges(run: Bringing) -> None:
    def make(row: Row) -> ImportedBadge:
        return ImportedBadge(
            member_id=run.members[row["UserId"]],
            name=row["Name"][:120],
            at=moment(row["Date"]),
            external_source=run.source,
            external_id=row["Id"],
        )

    known = known_of(ImportedBadge, run)
    store_all(run, "badges", rows_of(run.place, "Badges"), _whole("badges", make), known)


def _wikis(run: Bringing) -> None:
    """A tag's wiki and its excerpt say what it is about; the text of one whose tag is gone is kept aside."""
    tags = {
        row[which]: row["TagName"][:60]
        for _line, row in rows_of(run.place, "Tags")
        for which in ("ExcerptPostId", "WikiPostId")
        if which in row and is_whole("tags", row)
    }

    def make(row: Row) -> OldDeed:
        return OldDeed(
            kind="tag_wikis",
            what=OldDeed.What.TAG_TEXT,
            post=row["Id"],
            member_id=run.members.get(row.get("OwnerUserId", "")),
            at=moment(row["CreationDate"]),
            text="" if row["Id"] in tags else as_markdown(row.get("Body", "")),
            external_source=run.source,
            external_id=row["Id"],
        )

    def after(made: Made) -> None:
        for row, _deed in made:
            if row["Id"] in tags and row.get("Body"):
                _tell_of(Tag.objects.get(name=tags[row["Id"]]), as_markdown(row["Body"]))

    known = known_of(OldDeed, run, kind="tag_wikis")
    store_all(run, "tag_wikis", _posts(run, *WIKIS), _whole("tag_wikis", make), known, after=after)


def _tell_of(tag: Tag, text: str) -> None:
    if text not in tag.about:
        tag.about = f"{tag.about}\n\n{text}".strip()
        tag.save(update_fields=["about"])
