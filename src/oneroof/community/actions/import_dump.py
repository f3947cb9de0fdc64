"""A Stack Exchange dump is stored whole, once: each batch commits with what belongs to it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import models, transaction

from oneroof.community import store
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.stackexchange import (
    ACCEPTED,
    ANSWER,
    DOWN,
    DUPLICATES,
    EXCERPT,
    QUESTION,
    UP,
    WIKI,
    Row,
    demand_whole,
    is_whole,
    moment,
    rows_of,
    tags_of,
)
from oneroof.community.models import (
    Entry,
    Group,
    ImportedBadge,
    Kind,
    Member,
    OldAddress,
    Revision,
    Status,
    Tag,
    Vote,
)
from oneroof.core.files.rejected import Rejected
from oneroof.core.importing import Rejects
from oneroof.text.language import detect

BATCH = 1_000
type Make[M] = Callable[[Row], M]


class _PassedOverError(Exception):
    """Why a row has no place here."""


@dataclass(slots=True)
class _Running:
    folder: Path
    source: str
    group: Group
    rejects: Rejects
    by_kind: dict[str, KindCount] = field(default_factory=lambda: defaultdict(KindCount))
    members: dict[str, int] = field(default_factory=dict)
    entries: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By external id: the entry, and the root of its page."""


def import_dump(folder: Path, source: str, rejects: Rejects) -> dict[str, KindCount]:
    """What was counted of each kind. What others point at comes first."""
    group, _is_new = Group.objects.get_or_create(slug="imported", defaults={"name": source[:120]})
    run = _Running(folder, source[:120], group, rejects)
    for step in (_tags, _users, _questions, _answers, _comments, _votes, _links, _history, _badges, _wikis):
        step(run)
    return run.by_kind


def _store[M: models.Model](
    run: _Running,
    kind: str,
    rows: Iterable[tuple[int, Row]],
    make: Make[M],
    known: set[str],
    after: Callable[[Sequence[tuple[Row, M]]], None] = lambda _: None,
) -> None:
    """A batch and what belongs to it commit together; ``known`` are external ids that are stored."""
    count = run.by_kind[kind]
    for batch in batched(rows, BATCH, strict=False):
        made: list[tuple[Row, M]] = []
        for line, row in batch:
            count.read += 1
            if row.get("Id") in known:
                count.duplicates += 1
            elif model := _made(run, kind, line, row, make):
                known.add(row["Id"])
                made.append((row, model))
        with transaction.atomic():
            type(made[0][1])._default_manager.bulk_create(each for _row, each in made) if made else None
            after(made)
        count.stored += len(made)


def _made[M](run: _Running, kind: str, line: int, row: Row, make: Make[M]) -> M | None:
    try:
        demand_whole(kind, row)
        return make(row)
    except (KeyError, ValueError) as error:
        reason = f"There is no {error} to go with it." if isinstance(error, KeyError) else str(error)
    except _PassedOverError as error:
        reason = str(error)
    run.by_kind[kind].rejected += 1
    run.rejects.add(run.folder / kind, Rejected(f"line {line}", reason, str(dict(row))[:2_000]))
    return None


def _known(model: type[models.Model], run: _Running, **where: Any) -> set[str]:
    rows = model._default_manager.filter(external_source=run.source, **where)
    return set(rows.values_list("external_id", flat=True))


def _of_type(run: _Running, *types: str) -> Iterator[tuple[int, Row]]:
    return (each for each in rows_of(run.folder, "Posts") if each[1].get("PostTypeId") in types)


def _tags(run: _Running) -> None:
    names = set(Tag.objects.values_list("name", flat=True))
    old = {
        row.get("Id", "")
        for _line, row in rows_of(run.folder, "Tags")
        if row.get("TagName", "")[:60] in names
    }

    def make(row: Row) -> Tag:
        name = row["TagName"][:60]
        if name in names:
            raise _PassedOverError(f"There is a tag {name} already.")
        names.add(name)
        return Tag(name=name)

    _store(run, "tags", rows_of(run.folder, "Tags"), make, old)


def _users(run: _Running) -> None:
    def make(row: Row) -> Member:
        return Member(
            name=row.get("DisplayName", "")[:120] or f"user{row['Id']}",
            about=_markdown(row.get("AboutMe", "")),
            place=row.get("Location", "")[:120],
            joined_at=moment(row["CreationDate"]),
            claim_email=row.get("Email", "")[:254],
            external_source=run.source,
            external_id=row["Id"],
        )

    _store(run, "users", rows_of(run.folder, "Users"), make, _known(Member, run))
    stored = Member.objects.filter(external_source=run.source)
    run.members = dict(stored.values_list("external_id", "pk"))


def _questions(run: _Running) -> None:
    def make(row: Row) -> Entry:
        entry = _entry(run, row, Kind.QUESTION)
        entry.title = row["Title"][:200]
        entry.answers = max(0, int(row.get("AnswerCount") or 0))
        accepted = "AcceptedAnswerId" in row
        entry.accepted_answers = int(accepted)
        entry.status = Status.SOLVED if accepted else Status.ANSWERED if entry.answers else Status.OPEN
        return entry

    def after(made: Sequence[tuple[Row, Entry]]) -> None:
        store.tag_all([(entry, tags_of(row.get("Tags", ""))) for row, entry in made])
        _keep_old(made, "/questions/")

    _store(run, "questions", _of_type(run, QUESTION), make, _known(Entry, run), after)
    _remember(run)


def _answers(run: _Running) -> None:
    accepted = _accepted(run)

    def make(row: Row) -> Entry:
        entry = _entry(run, row, Kind.ANSWER)
        entry.parent_id, entry.root_id = run.entries[row["ParentId"]]
        entry.accepted_at = accepted.get(row["Id"])
        return entry

    def after(made: Sequence[tuple[Row, Entry]]) -> None:
        _keep_old(made, "/a/")

    _store(run, "answers", _of_type(run, ANSWER), make, _known(Entry, run), after)
    _remember(run)


def _accepted(run: _Running) -> dict[str, Any]:
    """When each accepted answer was: the day that its vote tells, else when its question was last active."""
    questions = (row for _line, row in _of_type(run, QUESTION) if is_whole("questions", row))
    chosen = {row["AcceptedAnswerId"]: row for row in questions if "AcceptedAnswerId" in row}
    times = {
        answer: moment(row.get("LastActivityDate") or row["CreationDate"]) for answer, row in chosen.items()
    }
    for _line, row in rows_of(run.folder, "Votes"):
        if is_whole("votes", row) and row["VoteTypeId"] == ACCEPTED and row["PostId"] in times:
            times[row["PostId"]] = moment(row["CreationDate"])
    return times


def _entry(run: _Running, row: Row, kind: Kind) -> Entry:
    body = _markdown(row["Body"])
    said = moment(row["CreationDate"])
    return Entry(
        kind=kind,
        group=run.group,
        author_id=run.members.get(row.get("OwnerUserId", "")),
        body=body,
        lang=detect(f"{row.get('Title', '')} {body}"),
        created_at=said,
        edited_at=moment(row["LastEditDate"]) if "LastEditDate" in row else None,
        active_at=moment(row.get("LastActivityDate") or row["CreationDate"]),
        score=int(row.get("Score") or 0),
        external_source=run.source,
        external_id=row["Id"],
    )


def _markdown(html: str) -> str:
    from markdownify import markdownify  # loads slowly, and only a dump needs it

    return str(markdownify(html.replace("\0", ""), heading_style="ATX")).strip() if html else ""


def _keep_old(made: Sequence[tuple[Row, Entry]], before: str) -> None:
    old = [OldAddress(path=f"{before}{row['Id']}"[:200], entry=entry) for row, entry in made]
    OldAddress.objects.bulk_create(old, ignore_conflicts=True)


def _remember(run: _Running) -> None:
    stored = Entry.objects.filter(external_source=run.source).exclude(kind=Kind.COMMENT)
    run.entries = {old: (pk, root or pk) for old, pk, root in stored.values_list("external_id", "pk", "root")}


def _comments(run: _Running) -> None:
    def make(row: Row) -> Entry:
        entry = Entry(
            kind=Kind.COMMENT,
            group=run.group,
            author_id=run.members.get(row.get("UserId", "")),
            body=row["Text"].replace("\0", ""),
            created_at=moment(row["CreationDate"]),
            active_at=moment(row["CreationDate"]),
            score=int(row.get("Score") or 0),
            external_source=run.source,
            external_id=f"c{row['Id']}",
        )
        entry.parent_id, entry.root_id = run.entries[row["PostId"]]
        return entry

    known = {old.removeprefix("c") for old in _known(Entry, run, kind=Kind.COMMENT)}
    _store(run, "comments", rows_of(run.folder, "Comments"), make, known)


def _votes(run: _Running) -> None:
    """Dumps say nobody's name. An acceptance is kept at its answer; what moderators did is passed over."""
    words = {UP: Vote.What.UP, DOWN: Vote.What.DOWN}

    def make(row: Row) -> Vote:
        what = words.get(row["VoteTypeId"])
        if what is None:
            raise _PassedOverError(f"A vote of type {row['VoteTypeId']} is not a vote for or against.")
        entry = run.entries[row["PostId"]][0]
        return Vote(entry_id=entry, what=what, at=moment(row["CreationDate"]), external_id=row["Id"])

    known = Vote.objects.filter(entry__external_source=run.source).exclude(external_id="")
    _store(run, "votes", rows_of(run.folder, "Votes"), make, set(known.values_list("external_id", flat=True)))


def _links(run: _Running) -> None:
    """Of links, those that say “duplicate” are kept; the others stand in the texts already."""
    count = run.by_kind["links"]
    for line, row in rows_of(run.folder, "PostLinks"):
        count.read += 1
        pair = _made(run, "links", line, row, lambda row: _duplicate(run, row))
        if pair:
            new = Entry.objects.filter(pk=pair[0], duplicate_of=None).update(
                duplicate_of=pair[1], status=Status.DUPLICATE
            )
            count.stored += new
            count.duplicates += not new


def _duplicate(run: _Running, row: Row) -> tuple[int, int]:
    if row["LinkTypeId"] != DUPLICATES:
        raise _PassedOverError("It links without saying that they are duplicates.")
    return run.entries[row["PostId"]][0], run.entries[row["RelatedPostId"]][0]


def _history(run: _Running) -> None:
    """Rows of one revision share a GUID; each revision keeps what it did not change from the one before."""
    count = run.by_kind["history"]
    written: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for line, row in rows_of(run.folder, "PostHistory"):
        count.read += 1
        if _made(run, "history", line, row, lambda row: _entry_of_history(run, row)):
            written[row["PostId"]][row["RevisionGUID"]].append(row)
    entries = [run.entries[post][0] for post in written]
    done = set(Revision.objects.filter(entry__in=entries).values_list("entry", flat=True))
    for posts in batched(written.items(), BATCH, strict=False):
        revisions: list[Revision] = []
        for post, by_guid in posts:
            rows = sum(map(len, by_guid.values()))
            if run.entries[post][0] in done:
                count.duplicates += rows
                continue
            count.stored += rows
            revisions += _revisions(run, run.entries[post][0], list(by_guid.values()))
        Revision.objects.bulk_create(revisions)


def _entry_of_history(run: _Running, row: Row) -> int:
    if row["PostHistoryTypeId"] not in {"1", "2", "3", "4", "5", "6", "7", "8", "9"}:
        raise _PassedOverError(f"History of type {row['PostHistoryTypeId']} changed no text.")
    return run.entries[row["PostId"]][0]


def _revisions(run: _Running, entry: int, groups: Sequence[Sequence[Row]]) -> Iterator[Revision]:
    title, body, tags = "", "", list[str]()
    for number, rows in enumerate(groups, 1):
        texts = {
            (int(row["PostHistoryTypeId"]) - 1) % 3: row.get("Text", "").replace("\0", "") for row in rows
        }
        title, body = texts.get(0, title), texts.get(1, body)
        tags = tags_of(texts[2]) if 2 in texts else tags
        yield Revision(
            entry_id=entry,
            number=number,
            title=title[:200],
            body=body,
            tags=tags,
            author_id=run.members.get(rows[0].get("UserId", "")),
            at=moment(rows[0]["CreationDate"]),
            why=rows[0].get("Comment", "").replace("\0", "")[:300],
        )


def _badges(run: _Running) -> None:
    def make(row: Row) -> ImportedBadge:
        return ImportedBadge(
            member_id=run.members[row["UserId"]],
            name=row["Name"][:120],
            at=moment(row["Date"]),
            external_source=run.source,
            external_id=row["Id"],
        )

    _store(run, "badges", rows_of(run.folder, "Badges"), make, _known(ImportedBadge, run))


def _wikis(run: _Running) -> None:
    """A tag's wiki, else its excerpt, says what it is about; other posts than these have no place here."""
    count = run.by_kind["tag_wikis"]
    tags = {
        row[which]: row["TagName"]
        for _line, row in rows_of(run.folder, "Tags")
        for which in ("ExcerptPostId", "WikiPostId")
        if which in row and is_whole("tags", row)
    }
    others = (
        each for each in rows_of(run.folder, "Posts") if each[1].get("PostTypeId") not in (QUESTION, ANSWER)
    )
    about: dict[str, Counter[str]] = {}
    for line, row in others:
        count.read += 1
        name = _made(run, "tag_wikis", line, row, lambda row: _wiki_of(row, tags))
        if name is None:
            continue
        about.setdefault(name, Counter())[row["PostTypeId"]] += 1
        text = _markdown(row.get("Body", ""))
        tag = Tag.objects.get(name=name[:60])
        if text and text not in tag.about:
            tag.about = f"{tag.about}\n\n{text}".strip()
            tag.save(update_fields=["about"])
            count.stored += 1
        else:
            count.duplicates += 1


def _wiki_of(row: Row, tags: dict[str, str]) -> str:
    if row["PostTypeId"] not in (EXCERPT, WIKI):
        raise _PassedOverError(f"A post of type {row['PostTypeId']} has no place here.")
    return tags[row["Id"]]
