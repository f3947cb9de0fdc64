"""Clocks that run now: what is overdue, and what will be soon. Pieces of work by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, make_aware

from oneroof.care.models import Conversation
from oneroof.care.queries.worked import Works, minute_of
from oneroof.core import clock

SOON = timedelta(hours=4)
SHOWN = 50
AT_ONCE = 500


def overdue() -> Sequence[Conversation]:
    """Open work whose running clock has passed its due time, the longest ago first; 50 at most."""
    return _due(Q(first_due_at__lt=clock.now()), Q(resolution_due_at__lt=clock.now()))


def due_soon() -> Sequence[Conversation]:
    """Open work whose running clock falls due within four hours, the nearest first; 50 at most."""
    span = (clock.now(), clock.now() + SOON)
    return _due(Q(first_due_at__range=span), Q(resolution_due_at__range=span))


def falling_due(after: datetime, until: datetime) -> Iterator[Conversation]:
    """Work whose running clock is due later than ``after`` and not later than ``until``: all of it, read as it is
    asked for; a conversation of which both clocks are comes twice."""
    first = _awaiting_first().filter(first_due_at__gt=after, first_due_at__lte=until)
    rest = _awaiting_resolution().filter(resolution_due_at__gt=after, resolution_due_at__lte=until)
    for found in (first, rest):
        yield from found.select_related("claimant", "assignee").iterator(chunk_size=AT_ONCE)


def overdue_count() -> int:
    """Never counts beyond 1,000 on either clock."""
    now = clock.now()
    return sum(
        running.filter(due).order_by()[:1_000].count()
        for running, due in (
            (_awaiting_first(), Q(first_due_at__lt=now)),
            (_awaiting_resolution(), Q(resolution_due_at__lt=now)),
        )
    )


def _due(first: Q, resolution: Q) -> Sequence[Conversation]:
    """Each clock by its own index, then the two lists as one."""
    lists = (
        _awaiting_first().filter(first).order_by("first_due_at"),
        _awaiting_resolution().filter(resolution).order_by("resolution_due_at"),
    )
    rows = [
        row for found in lists for row in found.select_related("source", "claimant", "department")[:SHOWN]
    ]
    return sorted(rows, key=lambda row: row.next_due_at or clock.now())[:SHOWN]


def _awaiting_first() -> QuerySet[Conversation]:
    return Conversation.objects.whole().filter(first_response_at=None, resolved_at=None)


def _awaiting_resolution() -> QuerySet[Conversation]:
    return Conversation.objects.whole().filter(first_response_at__isnull=False, resolved_at=None)


@dataclass(frozen=True, slots=True)
class Day:
    """Work that began on a day, and how much of it was answered late or still waits beyond its time."""

    day: date
    opened: int
    late: int

    @property
    def in_time(self) -> int:
        return self.opened - self.late


def by_day(works: Sequence[Works], start: datetime, end: datetime) -> list[Day]:
    """Every day of the span in the reader's time zone, those without work too."""
    first, last = localdate(start), localdate(end - timedelta(microseconds=1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    midnights = [minute_of(make_aware(datetime.combine(day, time()))) for day in days]
    now, opened, late = minute_of(clock.now()), np.zeros(len(days), int), np.zeros(len(days), int)
    for each in works:
        day = np.searchsorted(midnights, each.opened, side="right") - 1
        ended = np.where(np.isnan(each.resolved), now, each.resolved)
        until = np.where(np.isnan(each.first_response), ended, each.first_response)
        opened += np.bincount(day, minlength=len(days))
        late += np.bincount(day[each.first_due < until], minlength=len(days))
    return [Day(day, int(began), int(missed)) for day, began, missed in zip(days, opened, late, strict=True)]
