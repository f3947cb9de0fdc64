"""Service levels: how long people waited, against what we meant to hold.

Counted from pieces of work, each once: a conversation's present one, and those that were done before it. Each
is measured in the working hours of the policy that made its due times, and in hours of the clock.

PostgreSQL counts. What it is given of each set of hours are its open spans, in minutes since 1970, with the open
minutes before each: two look-ups among them tell how many open minutes lie between two moments.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from oneroof.care.models import Priority
from oneroof.care.rules.clocks import Hours, Span, hours_of
from oneroof.core import clock

DEFAULT_SPAN = timedelta(days=30)
DAY = timedelta(days=1)
EVERYTHING = "all"

WORKS = """
WITH works AS (
    SELECT priority, opened_at, first_response_at, resolved_at, first_due_at, resolution_due_at,
        COALESCE(NULLIF(policy->'hours', 'null'::jsonb), '{}') AS hours
    FROM care_conversation
    WHERE merged_into_id IS NULL AND opened_at >= %(since)s AND opened_at < %(until)s
    UNION ALL
    SELECT priority, opened_at, first_response_at, resolved_at, first_due_at, resolution_due_at,
        COALESCE(NULLIF(policy->'hours', 'null'::jsonb), '{}')
    FROM care_pastwork
    WHERE opened_at >= %(since)s AND opened_at < %(until)s
)"""

REACH = f"""{WORKS}
SELECT hours::text, min(opened_at), max(GREATEST(opened_at, first_response_at, resolved_at))
FROM works WHERE hours <> '{{}}' GROUP BY hours
"""

# Of a clock: ``reached`` is when it stopped, ``ended`` when the work did. Without hours, every minute is open.
COUNTED = f"""{WORKS}, hours AS (
    SELECT * FROM unnest(%(hours)s::text[], %(spans)s::text[]) AS given(hours, spans)
), calendars AS (
    SELECT hours.hours::jsonb AS hours, spans.* FROM hours, LATERAL (
        SELECT array_agg((span->>0)::float8 ORDER BY place) AS starts,
            array_agg((span->>1)::float8 ORDER BY place) AS ends,
            array_agg((span->>2)::float8 ORDER BY place) AS open_before
        FROM jsonb_array_elements(hours.spans::jsonb) WITH ORDINALITY AS each(span, place)
    ) AS spans
), clocks AS (
    SELECT priority, clock, opened_at, reached, due, ended, calendars.*,
        extract(epoch FROM opened_at)::float8 / 60 AS from_minute,
        extract(epoch FROM reached)::float8 / 60 AS to_minute
    FROM works LEFT JOIN calendars USING (hours), LATERAL (VALUES
        ('first_response', first_response_at, first_due_at, resolved_at),
        ('resolution', resolved_at, resolution_due_at, NULL::timestamptz)
    ) AS each(clock, reached, due, ended)
), places AS (
    SELECT *, width_bucket(from_minute, starts) AS from_place, width_bucket(to_minute, starts) AS to_place
    FROM clocks
), measured AS (
    SELECT priority, clock, reached, due, ended, GREATEST(to_minute - from_minute, 0) AS passed,
        CASE WHEN starts IS NULL THEN GREATEST(to_minute - from_minute, 0) ELSE GREATEST(
            COALESCE(open_before[to_place] + LEAST(to_minute, ends[to_place]) - starts[to_place], 0)
            - COALESCE(open_before[from_place] + LEAST(from_minute, ends[from_place]) - starts[from_place], 0),
        0) END AS worked
    FROM places
)
SELECT COALESCE(priority, '{EVERYTHING}'), clock, count(*), count(reached), count(due),
    count(*) FILTER (WHERE reached <= due),
    count(*) FILTER (WHERE COALESCE(reached, ended, %(now)s) > due),
    count(*) FILTER (WHERE reached IS NULL AND ended IS NULL AND due >= %(now)s),
    count(*) FILTER (WHERE reached IS NULL AND ended <= due),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY worked) FILTER (WHERE reached IS NOT NULL),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY passed) FILTER (WHERE reached IS NOT NULL)
FROM measured GROUP BY GROUPING SETS ((clock, priority), (clock))
"""


def service_levels(start: datetime | None = None, end: datetime | None = None) -> dict[str, Any]:
    """Work that began from ``start`` on and before ``end``; by default the last 30 days.

    Of each clock: ``reached`` work and its minutes; and of what has a due time (``with_due_time``) what was
    reached ``in_time``, what is late (``breached``: reached after its time, or not by then), what still runs
    within its time (``running``) and what ended within its time without it (``ended_without``).
    ``breached_share`` is of those in time and those late: what nobody can know yet counts on neither side.
    """
    until = end or clock.now()
    since = start or until - DEFAULT_SPAN
    counted = _counted(since, until)
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "all": counted.get(EVERYTHING) or _nothing(),
        "by_priority": {priority: counted.get(priority) or _nothing() for priority in Priority.values},
    }


def _counted(since: datetime, until: datetime) -> dict[str, dict[str, Any]]:
    words: dict[str, Any] = {"since": since, "until": until, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(REACH, words)
        calendars = [
            (hours, json.dumps(spans_of(hours, first, last))) for hours, first, last in cursor.fetchall()
        ]
        words |= {"hours": [each for each, _ in calendars], "spans": [each for _, each in calendars]}
        cursor.execute(COUNTED, words)
        rows = cursor.fetchall()
    found: dict[str, dict[str, Any]] = {}
    for priority, name, count, *figures in rows:
        found.setdefault(priority, {"count": count})[name] = _clock(*figures)
    return found


def spans_of(hours: str, first: datetime, last: datetime) -> list[tuple[float, float, float]]:
    """Each open span: from, to, and the open minutes before it."""
    calendar = hours_of(json.loads(hours))
    assert calendar
    found, before = [], 0.0
    for opens, closes in _open_spans(calendar, first, last):
        found.append((_minute(opens), _minute(closes), before))
        before += _minute(closes) - _minute(opens)
    return found


def _open_spans(hours: Hours, first: datetime, last: datetime) -> Iterator[Span]:
    day, end = first.astimezone(UTC).date() - 2 * DAY, last.astimezone(UTC).date() + 2 * DAY
    while day <= end:
        yield from hours.spans_on(day)
        day += DAY


def _minute(moment: datetime) -> float:
    return moment.timestamp() / 60


def _clock(
    reached: int,
    with_due_time: int,
    in_time: int,
    breached: int,
    running: int,
    ended_without: int,
    worked: Sequence[float] | None,
    passed: Sequence[float] | None,
) -> dict[str, Any]:
    judged = in_time + breached
    return {
        "reached": reached,
        "working_minutes": _spread(worked),
        "wall_clock_minutes": _spread(passed),
        "with_due_time": with_due_time,
        "in_time": in_time,
        "breached": breached,
        "running": running,
        "ended_without": ended_without,
        "breached_share": round(breached / judged, 4) if judged else None,
    }


def _spread(two: Sequence[float] | None) -> Mapping[str, float | None]:
    median, p90 = two or (None, None)
    return {
        "median": None if median is None else round(median, 1),
        "p90": None if p90 is None else round(p90, 1),
    }


def _nothing() -> dict[str, Any]:
    nothing = _clock(0, 0, 0, 0, 0, 0, None, None)
    return {"count": 0, "first_response": nothing, "resolution": nothing}
