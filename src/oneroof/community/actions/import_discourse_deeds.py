"""What a backup of a Discourse tells of posts: likes, reports, and how their texts changed."""

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import batched, groupby
from typing import Any

from django.db import models, transaction

from oneroof.community.actions.bringing import Bringing, known_of, made_of, store_all
from oneroof.community.actions.import_discourse_files import Files
from oneroof.community.bulk import copy_in
from oneroof.community.imports.discourse import LIKE, QUERIES, as_ours, changes_of, rows_of
from oneroof.community.imports.discourse_files import Places
from oneroof.community.imports.stackexchange import Row, moment
from oneroof.community.models import OldDeed, Revision, Vote

What = OldDeed.What
REPORTS: Mapping[str, str] = {
    "3": What.REPORTED,
    "4": What.OFFENSIVE,
    "6": What.REPORTED,
    "7": What.REPORTED,
    "8": What.SPAM,
}
POSTS_AT_ONCE = 500


def import_actions(run: Bringing, staged: sqlite3.Connection) -> None:
    """A like is a vote for it. Of reports it is kept that there was one, not whose."""
    votes = Vote.objects.filter(entry__external_source=run.source).exclude(external_id="")
    known = set(votes.values_list("external_id", flat=True).iterator())
    known |= known_of(OldDeed, run, kind="votes")
    cast_by = set(votes.exclude(member=None).values_list("entry", "member").iterator())

    def make(row: Row) -> models.Model:
        entry, at = run.entries[row["post_id"]][0], moment(row["created_at"])
        member = run.members.get(row.get("user_id", ""))
        if row["post_action_type_id"] != LIKE:
            what = REPORTS.get(row["post_action_type_id"], What.OTHER)
            return _deed(run, row, what, entry)
        if member and (entry, member) in cast_by:
            return _deed(run, row, What.UP, entry)
        cast_by.add((entry, member or 0))
        return Vote(entry_id=entry, member_id=member, what=Vote.What.UP, at=at, external_id=row["id"])

    store_all(run, "votes", rows_of(staged, QUERIES["actions"]), make, known, key="id")


def _deed(run: Bringing, row: Row, what: str, entry: int) -> OldDeed:
    return OldDeed(
        kind="votes",
        what=what,
        entry_id=entry,
        post=row["post_id"],
        at=moment(row["created_at"]),
        external_source=run.source,
        external_id=row["id"],
    )


def import_revisions(run: Bringing, staged: sqlite3.Connection, files: Files) -> None:
    """A post's edits commit together. The first revision is what it said before the first of them."""
    known = Revision.objects.filter(entry__external_source=run.source).exclude(external_id="")
    done = set(known.values_list("external_id", flat=True).iterator())
    for posts in batched(_edited(run, staged, done), POSTS_AT_ONCE, strict=False):
        if new := [steps for steps in posts if steps]:
            _store_revisions(run, new, files)


def _edited(run: Bringing, staged: sqlite3.Connection, done: set[str]) -> Iterator[list[tuple[Row, Any]]]:
    """Of each post its edits that are new here, each with what it changed."""
    count = run.by_kind["revisions"]
    rows = rows_of(staged, QUERIES["revisions"])
    for _post, numbered in groupby(rows, key=lambda each: each[1]["post_id"]):
        steps: list[tuple[Row, Any]] = []
        for line, row in numbered:
            count.read += 1
            if row["id"] in done:
                count.duplicates += 1
            elif changes := made_of(run, "revisions", line, row, lambda row: _checked(run, row)):
                steps.append((row, changes))
        yield steps


def _checked(run: Bringing, row: Row) -> Mapping[str, tuple[Any, Any]]:
    if row["post_id"] not in run.entries:
        raise KeyError(row["post_id"])
    moment(row["created_at"])
    return changes_of(row.get("modifications", "")) or {"": ("", "")}


@transaction.atomic
def _store_revisions(run: Bringing, posts: list[list[tuple[Row, Any]]], files: Files) -> None:
    entries = {_entry_of(run, steps[0][0]) for steps in posts}
    stored = Revision.objects.filter(entry__in=entries).order_by("entry", "-number").distinct("entry")
    latest = {each.entry_id: each for each in stored}
    new: list[Revision] = []
    for steps in posts:
        entry, places = _entry_of(run, steps[0][0]), files.kept_by(steps[0][0]["post_id"])
        before = latest.get(entry)
        if before is None:
            before = _first(run, entry, steps, places)
            new.append(before)
        for row, changes in steps:
            before = _next(run, before, row, changes, places)
            new.append(before)
    copy_in(new)
    run.by_kind["revisions"].stored += sum(map(len, posts))


def _entry_of(run: Bringing, row: Row) -> int:
    return run.entries[row["post_id"]][0]


def _first(run: Bringing, entry: int, steps: list[tuple[Row, Any]], places: Places) -> Revision:
    row = steps[0][0]
    return Revision(
        entry_id=entry,
        number=1,
        title=_before(steps, "title", "")[:200],
        body=as_ours(_before(steps, "raw", row.get("raw", "")), places),
        tags=[],
        author_id=run.members.get(row.get("author_id", "")),
        at=moment(row["said_at"]),
        external_id="",
    )


def _before(steps: list[tuple[Row, Any]], field: str, else_it_is: str) -> str:
    for _row, changes in steps:
        if isinstance(changes.get(field, (None, None))[0], str):
            return str(changes[field][0])
    return else_it_is


def _next(
    run: Bringing, before: Revision, row: Row, changes: Mapping[str, tuple[Any, Any]], places: Places
) -> Revision:
    raw, title = changes.get("raw", ("", None))[1], changes.get("title", ("", None))[1]
    why = changes.get("edit_reason", ("", None))[1]
    return Revision(
        entry_id=before.entry_id,
        number=before.number + 1,
        title=title[:200] if isinstance(title, str) else before.title,
        body=as_ours(raw, places) if isinstance(raw, str) else before.body,
        tags=before.tags,
        author_id=run.members.get(row.get("user_id", "")),
        at=moment(row["created_at"]),
        why=why[:300] if isinstance(why, str) else "",
        external_id=row["id"],
    )
