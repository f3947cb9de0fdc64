"""Service levels: how long people waited, against what we meant to hold.

Counted from pieces of work, each once. Each is measured in the working hours of the policy that made its due
times, and in hours of the clock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from oneroof.care.models import Priority
from oneroof.care.queries.worked import Minutes, Works, minute_of, works_between
from oneroof.core import clock

DEFAULT_SPAN = timedelta(days=30)


def service_levels(start: datetime | None = None, end: datetime | None = None) -> dict[str, Any]:
    """Work that began from ``start`` on and before ``end``; by default the last 30 days.

    Of each clock: ``reached`` work and its minutes; and of what has a due time (``with_due_time``) what was
    reached ``in_time``, what is late (``breached``: reached after its time, or not by then), what still runs
    within its time (``running``) and what ended within its time without it (``ended_without``).
    ``breached_share`` is of those in time and those late: what nobody can know yet counts on neither side.
    """
    until = end or clock.now()
    since = start or until - DEFAULT_SPAN
    levels = levels_of(works_between(since, until))
    return {"from": since.isoformat(), "to": until.isoformat(), **levels}


def levels_of(works: Sequence[Works]) -> dict[str, Any]:
    """``all`` and ``by_priority``, as in ``service_levels``."""
    by_priority = {
        priority: _figures([each for each in works if each.priority == priority])
        for priority in Priority.values
    }
    return {"all": _figures(works), "by_priority": by_priority}


def _figures(works: Sequence[Works]) -> dict[str, Any]:
    never = [np.full_like(each.opened, np.nan) for each in works]
    return {
        "count": sum(len(each.opened) for each in works),
        "first_response": _clock(
            works,
            [each.first_response for each in works],
            [each.first_due for each in works],
            [each.resolved for each in works],
        ),
        "resolution": _clock(
            works, [each.resolved for each in works], [each.resolution_due for each in works], never
        ),
    }


def _clock(
    works: Sequence[Works], stopped: list[Minutes], meant: list[Minutes], closed: list[Minutes]
) -> dict[str, Any]:
    """``stopped``: when the clock was, ``meant``: when it was to be, ``closed``: when the work ended."""
    reached, due, ended = _joined(stopped), _joined(meant), _joined(closed)
    now, is_reached, is_ended = minute_of(clock.now()), ~np.isnan(reached), ~np.isnan(ended)
    until = np.where(is_reached, reached, np.where(is_ended, ended, now))
    in_time, breached = _count(reached <= due), _count(until > due)
    return {
        "reached": _count(is_reached),
        "working_minutes": _spread(
            [each.open_minutes(moments) for each, moments in zip(works, stopped, strict=True)]
        ),
        "wall_clock_minutes": _spread(
            [np.maximum(moments - each.opened, 0) for each, moments in zip(works, stopped, strict=True)]
        ),
        "with_due_time": _count(~np.isnan(due)),
        "in_time": in_time,
        "breached": breached,
        "running": _count(~is_reached & ~is_ended & (due >= now)),
        "ended_without": _count(~is_reached & (ended <= due)),
        "breached_share": round(breached / (in_time + breached), 4) if in_time + breached else None,
    }


def _spread(minutes: list[Minutes]) -> Mapping[str, float | None]:
    known = _joined(minutes)
    known = known[~np.isnan(known)]
    if not len(known):
        return {"median": None, "p90": None}
    median, p90 = np.percentile(known, (50, 90))
    return {"median": round(float(median), 1), "p90": round(float(p90), 1)}


def _joined(columns: list[Minutes]) -> Minutes:
    return np.concatenate(columns) if columns else np.empty(0)


def _count(chosen: Any) -> int:
    return int(np.count_nonzero(chosen))
