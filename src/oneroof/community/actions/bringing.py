"""How rows of another program are stored: in batches, each row once, and what has no place with its reason."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import models, transaction

from oneroof.community.bulk import copy_in
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.stackexchange import Row
from oneroof.community.models import Entry, Kind, Member, OldAddress
from oneroof.core.files.rejected import Rejected
from oneroof.core.importing import Rejects

BATCH = 1_000
type Numbered = Iterable[tuple[int, Row]]
type Make = Callable[[Row], models.Model]
type Made = Sequence[tuple[Row, models.Model]]


class NoPlaceError(Exception):
    """Why a row has no place here."""


@dataclass(slots=True)
class Bringing:
    """One community on its way in. ``entries`` are by external id: the entry, and the root of its page."""

    place: Path
    source: str
    rejects: Rejects
    by_kind: dict[str, KindCount] = field(default_factory=lambda: defaultdict(KindCount))
    members: dict[str, int] = field(default_factory=dict)
    entries: dict[str, tuple[int, int]] = field(default_factory=dict)


def store_all(
    run: Bringing,
    kind: str,
    rows: Numbered,
    make: Make,
    known: set[str],
    *,
    after: Callable[[Made], None] = lambda _: None,
    key: str = "Id",
) -> None:
    """A batch and what belongs to it commit together; ``known`` are external ids that are stored."""
    count = run.by_kind[kind]
    for batch in batched(rows, BATCH, strict=False):
        made: list[tuple[Row, models.Model]] = []
        for line, row in batch:
            count.read += 1
            if row.get(key) in known:
                count.duplicates += 1
            elif model := made_of(run, kind, line, row, make):
                known.add(row[key])
                made.append((row, model))
        if made:
            _commit(made, after)
        count.stored += len(made)


@transaction.atomic
def _commit(made: Made, after: Callable[[Made], None]) -> None:
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for _row, each in made:
        by_model[type(each)].append(each)
    for those in by_model.values():
        copy_in(those)
    after(made)


def made_of[M](run: Bringing, kind: str, line: int, row: Row, make: Callable[[Row], M]) -> M | None:
    """None where the row has no place; it then stands in the rejected file."""
    try:
        return make(row)
    except KeyError as error:
        reason = f"There is no {error} to go with it."
    except (ValueError, NoPlaceError) as error:
        reason = str(error)
    run.by_kind[kind].rejected += 1
    run.rejects.add(run.place / kind, Rejected(f"line {line}", reason, str(dict(row))[:2_000]))
    return None


def known_of(model: type[models.Model], run: Bringing, **where: Any) -> set[str]:
    rows = model._default_manager.filter(external_source=run.source, **where)
    return set(rows.values_list("external_id", flat=True).iterator())


def remember_members(run: Bringing) -> None:
    """Whoever was merged into another account is that one."""
    stored = Member.objects.filter(external_source=run.source).exclude(external_id="")
    for old, pk, merged in stored.values_list("external_id", "pk", "merged_into").iterator():
        run.members[old] = merged or pk


def remember_entries(run: Bringing, *, comments: bool = False) -> None:
    stored = Entry.objects.filter(external_source=run.source)
    if not comments:
        stored = stored.exclude(kind=Kind.COMMENT)
    for old, pk, root in stored.values_list("external_id", "pk", "root").iterator():
        run.entries[old] = (pk, root or pk)


def keep_old_addresses(made: Made, path_of: Callable[[Row], str]) -> None:
    OldAddress.objects.bulk_create(
        [
            OldAddress(
                path=path_of(row)[:200],
                entry=each if isinstance(each, Entry) else None,
                member=each if isinstance(each, Member) else None,
            )
            for row, each in made
        ],
        ignore_conflicts=True,
    )
