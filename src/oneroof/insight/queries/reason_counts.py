"""Contacts and posts by reason and time: whole days by the tallies, both ends by the rows. Exact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from oneroof.insight.models import Reason, Side

DAY = timedelta(days=1)
WHOLE_DAYS = """
SELECT value_a, day, contacts, posts FROM insight_tally
WHERE side_a = %(side)s AND side_b = %(side)s AND value_a = ANY(%(reasons)s)
    AND day >= %(first)s AND day < %(last)s
"""
ROWS = """
SELECT reason_id, sum(contacts), sum(posts) FROM (
    SELECT reason_id, 1 AS contacts, 0 AS posts FROM insight_contact
    WHERE opened_at >= %(start)s AND opened_at < %(end)s
    UNION ALL
    SELECT reason_id, 0, 1 FROM insight_placedpost WHERE said_at >= %(start)s AND said_at < %(end)s
) AS counted GROUP BY 1
"""
COSTS = """
SELECT reason_id, sum(cost), count(cost) FROM insight_contact
WHERE opened_at >= %(start)s AND opened_at < %(end)s AND cost IS NOT NULL GROUP BY 1
"""
type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one reason, or of none, between two moments not more than a day apart."""

    reason_id: int | None
    start: datetime
    end: datetime
    contacts: int
    posts: int


def counted(start: datetime, end: datetime) -> Iterator[Counted]:
    edges, days = split(start, end)
    if days:
        yield from _of_days(*days)
    for edge in edges:
        yield from _of_rows(*edge)


def costs(start: datetime, end: datetime) -> Sequence[tuple[int | None, Decimal, int]]:
    """By reason: the sum, and of how many contacts it is known."""
    with connection.cursor() as cursor:
        cursor.execute(COSTS, {"start": start, "end": end})
        return list(cursor.fetchall())


def split(start: datetime, end: datetime) -> tuple[Sequence[Span], tuple[date, date] | None]:
    """The parts that are no whole day, and the whole days between them; the last one is not included."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    first, last = -(-(start - EPOCH) // DAY), (end - EPOCH) // DAY
    if first >= last:
        return [(start, end)], None
    begins, ends = EPOCH + first * DAY, EPOCH + last * DAY
    edges = [(a, b) for a, b in ((start, begins), (ends, end)) if a < b]
    return edges, (begins.date(), ends.date())


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _of_days(first: date, last: date) -> Iterator[Counted]:
    reasons = ["", *map(str, Reason.objects.live().values_list("pk", flat=True))]
    asked: dict[str, Any] = {"side": Side.REASON, "reasons": reasons, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_DAYS, asked)
        for value, day, contacts, posts in cursor.fetchall():
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
            yield Counted(int(value) if value else None, at, at + DAY, contacts, posts)


def _of_rows(start: datetime, end: datetime) -> Iterator[Counted]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"start": start, "end": end})
        for reason_id, contacts, posts in cursor.fetchall():
            yield Counted(reason_id, start, end, contacts, posts)


def shared_out(row: Counted, start: datetime, width: timedelta, points: int) -> Iterator[tuple[int, float]]:
    """The row's count by stretches of that width from ``start``: one that is cut in two shares it by time."""
    count, length = row.contacts + row.posts, row.end - row.start
    place = max(0, (row.start - start) // width)
    while place < points and start + place * width < row.end:
        begins, ends = max(row.start, start + place * width), min(row.end, start + (place + 1) * width)
        yield place, count * ((ends - begins) / length)
        place += 1
