"""The pieces of work of a period as columns of minutes: what service levels are counted from.

A conversation's present one, and those that were done before it: each once. PostgreSQL sends them in one answer, a
priority and set of hours a row; a hundred thousand are four megabytes and a tenth of a second.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from oneroof.care.rules.clocks import Hours, Span, hours_of

DAY = timedelta(days=1)
MOMENTS = ("opened_at", "first_response_at", "resolved_at", "first_due_at", "resolution_due_at")
SENT = " || ".join(f"float8send(COALESCE(date_part('epoch', {each}) / 60, 'NaN'))" for each in MOMENTS)
OF_TABLE = f"""
SELECT priority, (SELECT (policy->'hours')::text FROM {{table}} AS one WHERE one.id = alike.one), sent
FROM (
    SELECT priority, min(id) AS one, string_agg({SENT}, '') AS sent
    FROM {{table}} WHERE {{whole}} AND opened_at >= %(since)s AND opened_at < %(until)s
    GROUP BY priority, jsonb_hash_extended(policy->'hours', 0)
) AS alike"""
WORKED = " UNION ALL ".join(
    OF_TABLE.format(table=table, whole=whole)
    for table, whole in (("care_conversation", "merged_into_id IS NULL"), ("care_pastwork", "true"))
)

type Minutes = NDArray[np.float64]
"""Since 1970, or between two moments; NaN where it did not come to that."""


@dataclass(frozen=True, slots=True, eq=False)
class Works:
    """Pieces of work of one priority that were promised in the same hours; None is day and night."""

    priority: str
    hours: Hours | None
    opened: Minutes
    first_response: Minutes
    resolved: Minutes
    first_due: Minutes
    resolution_due: Minutes

    def open_minutes(self, reached: Minutes) -> Minutes:
        """From the opening until ``reached``, in working hours."""
        if self.hours is None:
            return np.maximum(reached - self.opened, 0)
        last = np.fmax(reached, self.opened).max()
        spans = spans_of(self.hours, _moment(self.opened.min()), _moment(last))
        return np.maximum(_open_until(reached, spans) - _open_until(self.opened, spans), 0)


def works_between(since: datetime, until: datetime) -> list[Works]:
    """That began from ``since`` on and before ``until``."""
    with connection.cursor() as cursor:
        cursor.execute(WORKED, {"since": since, "until": until})
        rows = cursor.fetchall()
    return [
        Works(priority, hours_of(json.loads(hours or "null")), *_columns(sent))
        for priority, hours, sent in rows
    ]


def spans_of(hours: Hours, first: datetime, last: datetime) -> list[tuple[float, float, float]]:
    """Each open span, and those of two days more at both ends: from, to, and the open minutes before it."""
    found, before = [], 0.0
    for opens, closes in _open_spans(hours, first, last):
        found.append((minute_of(opens), minute_of(closes), before))
        before += minute_of(closes) - minute_of(opens)
    return found


def minute_of(moment: datetime) -> float:
    return moment.timestamp() / 60


def _open_spans(hours: Hours, first: datetime, last: datetime) -> Iterator[Span]:
    day, end = first.astimezone(UTC).date() - 2 * DAY, last.astimezone(UTC).date() + 2 * DAY
    while day <= end:
        yield from hours.spans_on(day)
        day += DAY


def _open_until(moments: Minutes, spans: list[tuple[float, float, float]]) -> Minutes:
    """How many open minutes of all the spans lie before each moment."""
    if not spans:
        return np.where(np.isnan(moments), np.nan, 0.0)
    opens, closes, before = np.array(spans).T
    place = np.searchsorted(opens, moments, side="right") - 1
    passed = before[place] + np.minimum(moments, closes[place]) - opens[place]
    return np.where(place < 0, 0.0, passed)


def _columns(sent: bytes) -> Iterator[Minutes]:
    yield from np.frombuffer(sent, ">f8").reshape(-1, len(MOMENTS)).T.astype(np.float64)


def _moment(minute: float) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
