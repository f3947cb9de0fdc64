"""What a Stack Exchange dump tells of posts: votes, links, history. All of it is kept, as what it is."""

import json
from collections.abc import Iterator, Mapping
from itertools import batched, groupby
from typing import Any

from django.db import models, transaction

from oneroof.community.actions.bringing import BATCH, Bringing, Made, known_of, made_of, store_all
from oneroof.community.bulk import copy_in
from oneroof.community.imports.stackexchange import (
    DOWN,
    DUPLICATES,
    FAVOURITE,
    TEXT_CHANGES,
    UP,
    Row,
    demand_whole,
    moment,
    rows_of,
    tags_of,
)
from oneroof.community.models import Entry, Follow, OldDeed, Revision, Status, Vote

What = OldDeed.What
OPINIONS = {UP: Vote.What.UP, DOWN: Vote.What.DOWN}
VOTES: Mapping[str, str] = {
    "1": What.ACCEPTED,
    "2": What.UP,
    "3": What.DOWN,
    "4": What.OFFENSIVE,
    "5": What.FAVOURITE,
    "6": What.CLOSED,
    "7": What.REOPENED,
    "8": What.BOUNTY,
    "9": What.BOUNTY_END,
    "10": What.DELETED,
    "11": What.RESTORED,
    "12": What.SPAM,
    "13": What.REPORTED,
    "15": What.LOOKED_AT,
    "16": What.EDIT_TAKEN,
}
HISTORY: Mapping[str, str] = {
    "10": What.CLOSED,
    "11": What.REOPENED,
    "12": What.DELETED,
    "13": What.RESTORED,
    "14": What.LOCKED,
    "15": What.UNLOCKED,
    "16": What.SHARED,
    "17": What.MOVED,
    "18": What.MERGED,
    "19": What.PROTECTED,
    "20": What.UNPROTECTED,
    "22": What.MERGED,
    "24": What.EDIT_TAKEN,
    "25": What.SHOWN,
    "31": What.MOVED,
    "33": What.NOTICE,
    "34": What.NOTICE,
    "35": What.MOVED,
    "36": What.MOVED,
    "37": What.MERGED,
    "38": What.MERGED,
    "50": What.SHOWN,
    "52": What.SHOWN,
    "53": What.SHOWN,
}
"""Numbers as the dump's readme gives them; any other is kept as something else."""


def import_votes(run: Bringing) -> None:
    """For or against a post that is here, it is a vote; dumps rarely say whose. A favourite is followed."""

    def make(row: Row) -> models.Model:
        demand_whole("votes", row)
        entry, at = _entry_of(run, row["PostId"]), moment(row["CreationDate"])
        if entry and (what := OPINIONS.get(row["VoteTypeId"])):
            return Vote(entry_id=entry, what=what, at=at, external_id=row["Id"])
        what_else = VOTES.get(row["VoteTypeId"], What.OTHER)
        deed = _deed(run, "votes", row, what_else)
        deed.amount = int(row["BountyAmount"]) if row.get("BountyAmount") else None
        return deed

    def after(made: Made) -> None:
        Follow.objects.bulk_create(_follows(made), ignore_conflicts=True)

    known = Vote.objects.filter(entry__external_source=run.source).exclude(external_id="")
    votes = set(known.values_list("external_id", flat=True).iterator())
    votes |= known_of(OldDeed, run, kind="votes")
    store_all(run, "votes", rows_of(run.place, "Votes"), make, votes, after=after)


def _follows(made: Made) -> Iterator[Follow]:
    for row, deed in made:
        if row["VoteTypeId"] == FAVOURITE and isinstance(deed, OldDeed) and deed.member_id and deed.entry_id:
            yield Follow(member_id=deed.member_id, entry_id=deed.entry_id, since=deed.at)


def import_links(run: Bringing) -> None:
    """Each from one post to another; where it says “duplicate”, the first becomes one."""

    def make(row: Row) -> OldDeed:
        demand_whole("links", row)
        deed = _deed(run, "links", row, What.DUPLICATE if row["LinkTypeId"] == DUPLICATES else What.LINK)
        deed.other_id = _entry_of(run, row["RelatedPostId"])
        deed.other_post = row["RelatedPostId"][:200]
        return deed

    def after(made: Made) -> None:
        for _row, deed in made:
            if isinstance(deed, OldDeed) and deed.what == What.DUPLICATE and deed.entry_id and deed.other_id:
                Entry.objects.filter(pk=deed.entry_id, duplicate_of=None).update(
                    duplicate_of=deed.other_id, status=Status.DUPLICATE
                )

    rows, known = rows_of(run.place, "PostLinks"), known_of(OldDeed, run, kind="links")
    store_all(run, "links", rows, make, known, after=after)


def import_history(run: Bringing) -> None:
    """What changed a text of an entry becomes its revisions, in the file's order; the rest is kept beside."""

    def make(row: Row) -> OldDeed:
        demand_whole("history", row)
        kind = row["PostHistoryTypeId"]
        what = What.TAG_TEXT if kind in TEXT_CHANGES else HISTORY.get(kind, What.OTHER)
        deed = _deed(run, "history", row, what)
        deed.text = "\n".join(filter(None, (row.get("Comment", ""), _without_voters(row.get("Text", "")))))
        deed.text = deed.text.replace("\0", "")
        return deed

    others = (each for each in rows_of(run.place, "PostHistory") if not _is_revision(run, each[1]))
    store_all(run, "history", others, make, known_of(OldDeed, run, kind="history"))
    _import_revisions(run)


def _is_revision(run: Bringing, row: Row) -> bool:
    return row.get("PostHistoryTypeId") in TEXT_CHANGES and row.get("PostId") in run.entries


def _import_revisions(run: Bringing) -> None:
    known = Revision.objects.filter(entry__external_source=run.source).exclude(external_id="")
    done = set(known.values_list("external_id", flat=True).iterator())
    for steps in batched(_steps(run), BATCH, strict=False):
        new = [step for step in steps if step[0]["Id"] not in done]
        count = run.by_kind["history"]
        count.duplicates += sum(map(len, steps)) - sum(map(len, new))
        if new:
            _store_revisions(run, new)
        count.stored += sum(map(len, new))


def _steps(run: Bringing) -> Iterator[list[Row]]:
    """Rows of one revision of one post stand together and share a GUID."""
    for _key, step in groupby(_changes(run), key=lambda row: (row["PostId"], row["RevisionGUID"])):
        yield list(step)


def _changes(run: Bringing) -> Iterator[Row]:
    for line, row in rows_of(run.place, "PostHistory"):
        if _is_revision(run, row):
            run.by_kind["history"].read += 1
            if made_of(run, "history", line, row, _checked):
                yield row


def _checked(row: Row) -> bool:
    demand_whole("history", row)
    return True


@transaction.atomic
def _store_revisions(run: Bringing, steps: list[list[Row]]) -> None:
    """Each keeps what it did not change from the one before."""
    entries = {run.entries[step[0]["PostId"]][0] for step in steps}
    stored = Revision.objects.filter(entry__in=entries).order_by("entry", "-number").distinct("entry")
    latest: dict[int, Revision] = {each.entry_id: each for each in stored}
    new: list[Revision] = []
    for step in steps:
        entry = run.entries[step[0]["PostId"]][0]
        latest[entry] = _next(run, entry, latest.get(entry), step)
        new.append(latest[entry])
    copy_in(new)


def _next(run: Bringing, entry: int, before: Revision | None, rows: list[Row]) -> Revision:
    texts = {(int(row["PostHistoryTypeId"]) - 1) % 3: row.get("Text", "").replace("\0", "") for row in rows}
    first = rows[0]
    return Revision(
        entry_id=entry,
        number=before.number + 1 if before else 1,
        title=texts.get(0, before.title if before else "")[:200],
        body=texts.get(1, before.body if before else ""),
        tags=tags_of(texts[2]) if 2 in texts else (before.tags if before else []),
        author_id=run.members.get(first.get("UserId", "")),
        at=moment(first["CreationDate"]),
        why=first.get("Comment", "").replace("\0", "")[:300],
        external_id=first["Id"],
    )


def _deed(run: Bringing, kind: str, row: Row, what: str) -> OldDeed:
    return OldDeed(
        kind=kind,
        external_source=run.source,
        external_id=row["Id"],
        what=what,
        entry_id=_entry_of(run, row["PostId"]),
        post=row["PostId"][:200],
        member_id=run.members.get(row.get("UserId", "")),
        at=moment(row["CreationDate"]),
    )


def _entry_of(run: Bringing, post: str) -> int | None:
    return run.entries.get(post, (None, 0))[0]


def _without_voters(text: str) -> str:
    """Those who voted to close it stand in it by name, which would outlast their leaving."""
    if not text.startswith("{"):
        return text
    try:
        told: dict[str, Any] = json.loads(text)
    except ValueError:
        return text
    told.pop("Voters", None)
    return json.dumps(told, ensure_ascii=False) if told else ""
