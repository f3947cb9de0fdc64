"""A community's entries of CSV and JSONL are stored, in whatever order they stand; again changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Q

from oneroof.community import store
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.table import (
    FIELDS,
    TITLED,
    EntryRow,
    UserRow,
    is_user,
    kind_in,
    read_entry,
    read_user,
)
from oneroof.community.models import Entry, Group, Kind, Member, Revision, Status
from oneroof.community.rules.standing import standing
from oneroof.core import clock
from oneroof.core.files import Rejected, UnreadableRowError
from oneroof.core.files.records import SaidRow, open_rows
from oneroof.core.importing import Rejects, Wanted
from oneroof.text.language import detect

AT_ONCE = 1_000
UNKNOWN = "unknown"
TURNS: tuple[Collection[Kind | None], ...] = ((*TITLED, None), (Kind.ANSWER,), (Kind.COMMENT,))
"""The files are read once for each: what others stand below comes first."""
STATUS = {Kind.QUESTION: Status.OPEN, Kind.ARTICLE: Status.PUBLISHED}


class _Place(NamedTuple):
    """Of a stored entry: itself, the root of its page and what it speaks to."""

    kind: str
    pk: int
    root: int | None
    parent: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that can be read, and where it stood."""

    path: Path
    said: SaidRow
    row: EntryRow


@dataclass(slots=True)
class _Running:
    files: Sequence[Path]
    wanted: Wanted
    source: str
    group: Group
    rejects: Rejects
    by_kind: dict[str, KindCount] = field(default_factory=lambda: defaultdict(KindCount))
    members: dict[str, int] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)
    """By external id."""

    def reject(self, kind: Kind | None, path: Path, rejected: Rejected) -> None:
        count = self.by_kind[_plural(kind)]
        count.read += 1
        count.rejected += 1
        self.rejects.add(path, rejected)


def import_table(files: Sequence[Path], wanted: Wanted, rejects: Rejects) -> Iterator[dict[str, KindCount]]:
    """What was counted of each source. Every file is opened before anything is stored."""
    for path in files:
        _open(path, wanted)
    by_source: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        by_source[(wanted.source or path.resolve().stem)[:120]].append(path)
    for source, paths in by_source.items():
        yield _import(paths, wanted, source, rejects)


def _import(paths: Sequence[Path], wanted: Wanted, source: str, rejects: Rejects) -> dict[str, KindCount]:
    group, _is_new = Group.objects.get_or_create(slug="imported", defaults={"name": source})
    run = _Running(paths, wanted, source, group, rejects)
    members = Member.objects.filter(external_source=source).values_list("external_id", "pk", "merged_into")
    run.members = {old: merged or pk for old, pk, merged in members}
    stored = Entry.objects.filter(external_source=source)
    for old, kind, pk, root, parent in stored.values_list("external_id", "kind", "pk", "root", "parent"):
        run.places[old] = _Place(kind, pk, root, parent)
    _take_users(run)
    for kinds in TURNS:
        _take_all(run, kinds)
    return run.by_kind


def _take_all(run: _Running, kinds: Collection[Kind | None]) -> None:
    """What waits for its parent is tried again for as long as another one found its own."""
    waiting = _take(run, _readable(run, kinds))
    while waiting and len(left := _take(run, waiting)) < len(waiting):
        waiting = left
    for found in waiting:
        reason = f"there is no {found.row.parent_id[:60]} for it to stand below"
        run.reject(found.row.kind, found.path, Rejected(found.said.where, reason, found.said.raw))


def _readable(run: _Running, kinds: Collection[Kind | None]) -> Iterator[_Found]:
    for path in run.files:
        for said in _open(path, run.wanted):
            if not isinstance(said, Rejected) and is_user(said.fields):
                continue
            kind = None if isinstance(said, Rejected) else kind_in(said.fields)
            if kind in kinds and (found := _found(run, path, said, kind)):
                yield found


def _take_users(run: _Running) -> None:
    """First of all, so that what they wrote finds them, with the address by which they claim it."""
    for batch in batched(_users(run), AT_ONCE, strict=False):
        new: dict[str, UserRow] = {}
        for user in batch:
            if user.name not in run.members:
                new.setdefault(user.name, user)
            elif user.email:
                _tell_address(run, user)
        if new:
            _store_users(run, list(new.values()))
        count = run.by_kind["users"]
        count.read += len(batch)
        count.stored += len(new)
        count.duplicates += len(batch) - len(new)


def _tell_address(run: _Running, user: UserRow) -> None:
    """Of somebody whom an earlier file named without it."""
    nameless = Member.objects.filter(
        external_source=run.source, external_id=user.name, claim_email="", user=None
    )
    nameless.update(claim_email=user.email)


def _users(run: _Running) -> Iterator[UserRow]:
    for path in run.files:
        for said in _open(path, run.wanted):
            if isinstance(said, Rejected) or not is_user(said.fields):
                continue
            try:
                yield read_user(said.fields)
            except UnreadableRowError as error:
                run.by_kind["users"].read += 1
                run.by_kind["users"].rejected += 1
                run.rejects.add(path, Rejected(said.where, str(error), said.raw))


@transaction.atomic
def _store_users(run: _Running, users: Sequence[UserRow]) -> None:
    new = Member.objects.bulk_create(
        Member(
            name=user.name,
            about=user.about,
            claim_email=user.email,
            joined_at=user.joined_at or clock.now(),
            external_source=run.source,
            external_id=user.name,
        )
        for user in users
    )
    run.members.update((member.external_id, member.pk) for member in new)


def _open(path: Path, wanted: Wanted) -> Iterator[SaidRow | Rejected]:
    return open_rows(path, FIELDS, format=wanted.format, mapping=wanted.mapping).records


def _found(run: _Running, path: Path, said: SaidRow | Rejected, kind: Kind | None) -> _Found | None:
    if isinstance(said, Rejected):
        run.reject(kind, path, said)
        return None
    try:
        return _Found(path, said, read_entry(said.fields))
    except UnreadableRowError as error:
        run.reject(kind, path, Rejected(said.where, str(error), said.raw))
        return None


def _take(run: _Running, rows: Iterable[_Found]) -> list[_Found]:
    """Those whose parent is not there yet come back."""
    waiting: list[_Found] = []
    for batch in batched(rows, AT_ONCE, strict=False):
        new: dict[str, EntryRow] = {}
        for found in batch:
            if not _is_there(run, found, new) and not _is_misplaced(run, found):
                _wait_or_take(run, found, new, waiting)
        if new:
            _store(run, list(new.values()))
    return waiting


def _is_there(run: _Running, found: _Found, new: Mapping[str, EntryRow]) -> bool:
    """Counts it, too; the id of another kind's entry is taken."""
    old = run.places.get(found.row.external_id) or new.get(found.row.external_id)
    if old is None:
        return False
    if old.kind == found.row.kind:
        count = run.by_kind[_plural(found.row.kind)]
        count.read += 1
        count.duplicates += 1
    else:
        reason = f"external_id: {found.row.external_id[:60]} is the id of a row of the kind {old.kind}"
        run.reject(found.row.kind, found.path, Rejected(found.said.where, reason, found.said.raw))
    return True


def _is_misplaced(run: _Running, found: _Found) -> bool:
    parent = run.places.get(found.row.parent_id)
    if parent is None or found.row.kind != Kind.ANSWER or parent.kind == Kind.QUESTION:
        return False
    reason = f"parent_id: {found.row.parent_id[:60]} is no question, so it has no answers"
    run.reject(found.row.kind, found.path, Rejected(found.said.where, reason, found.said.raw))
    return True


def _wait_or_take(run: _Running, found: _Found, new: dict[str, EntryRow], waiting: list[_Found]) -> None:
    if found.row.parent_id and found.row.parent_id not in run.places:
        waiting.append(found)
    else:
        new[found.row.external_id] = found.row


@transaction.atomic
def _store(run: _Running, rows: Sequence[EntryRow]) -> None:
    """A batch and what belongs to it commit together."""
    _know_authors(run, rows)
    entries = Entry.objects.bulk_create(_entry(run, row) for row in rows)
    Revision.objects.bulk_create(map(_first_revision, entries, rows))
    store.tag_all([(entry, row.tags) for entry, row in zip(entries, rows, strict=True)])
    bring_up_to_date({entry.root_id for entry in entries if entry.root_id})
    for entry, row in zip(entries, rows, strict=True):
        run.places[row.external_id] = _Place(row.kind, entry.pk, entry.root_id, entry.parent_id)
        count = run.by_kind[_plural(row.kind)]
        count.read += 1
        count.stored += 1


def _know_authors(run: _Running, rows: Sequence[EntryRow]) -> None:
    """By their name in this source; they joined when they first wrote something."""
    joined = {
        row.author: row.created_at for row in sorted(rows, key=lambda row: row.created_at, reverse=True)
    }
    new = Member.objects.bulk_create(
        Member(name=name, joined_at=at, external_source=run.source, external_id=name)
        for name, at in joined.items()
        if name not in run.members
    )
    run.members.update((member.external_id, member.pk) for member in new)


def _entry(run: _Running, row: EntryRow) -> Entry:
    root, parent = _below(run, row)
    return Entry(
        kind=row.kind,
        group=run.group,
        root_id=root,
        parent_id=parent,
        author_id=run.members[row.author],
        title=row.title,
        body=row.body,
        lang=detect(f"{row.title}\n{row.body}"),
        status=STATUS.get(row.kind, ""),
        created_at=row.created_at,
        active_at=row.created_at,
        accepted_at=row.created_at if row.is_accepted else None,
        score=row.score,
        external_source=run.source,
        external_id=row.external_id,
    )


def _below(run: _Running, row: EntryRow) -> tuple[int | None, int | None]:
    """Its page and its parent; a comment on a comment stands beside it."""
    if not row.parent_id:
        return None, None
    place = run.places[row.parent_id]
    return place.root or place.pk, place.parent if place.kind == Kind.COMMENT else place.pk


def _first_revision(entry: Entry, row: EntryRow) -> Revision:
    return Revision(
        entry=entry,
        number=1,
        title=row.title,
        body=row.body,
        tags=list(row.tags),
        author_id=entry.author_id,
        at=row.created_at,
    )


def bring_up_to_date(roots: set[int]) -> None:
    """How many answers these pages have, what follows from that, and when they last changed."""
    pages = list(Entry.objects.select_for_update().filter(pk__in=roots).order_by("pk"))
    answers = Q(kind=Kind.ANSWER, deleted_at=None, held_at=None)
    counted = (
        Entry.objects.filter(root__in=roots)
        .values("root")
        .annotate(
            all=Count("pk", filter=answers),
            accepted=Count("pk", filter=answers & Q(accepted_at__isnull=False)),
            last=Max("created_at"),
        )
    )
    by_root = {each["root"]: each for each in counted}
    for page in pages:
        found = by_root[page.pk]
        page.answers, page.accepted_answers = found["all"], found["accepted"]
        page.status = standing(page.status, page.answers, page.accepted_answers)
        page.active_at = max(page.active_at, found["last"])
    Entry.objects.bulk_update(pages, ["answers", "accepted_answers", "status", "active_at"])


def _plural(kind: Kind | None) -> str:
    return f"{kind}s" if kind else UNKNOWN
