"""Each piece of work with its moments, for whoever measures waits: in hours of the clock and in working hours."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from oneroof.care.models import Conversation, PastWork, Priority, ServicePolicy
from oneroof.care.queries.worked import spans_of
from oneroof.care.rules.clocks import NeverOpenError, hours_of
from oneroof.core import clock

MOMENTS = ("opened_at", "first_response_at", "resolved_at", "outcome", "policy")


@dataclass(frozen=True, slots=True)
class Work:
    """Once for each opening; ``hours`` is the JSON of the working hours that it was promised in, or empty."""

    conversation_id: int
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    hours: str


def works(start: datetime, end: datetime) -> list[Work]:
    """That began from ``start`` on and before ``end``."""
    span = {"opened_at__gte": start, "opened_at__lt": end}
    present = Conversation.objects.whole().filter(**span).values_list("pk", *MOMENTS)
    past = PastWork.objects.filter(**span).values_list("conversation_id", *MOMENTS)
    return [
        Work(pk, opened, first, resolved, outcome, _hours(policy.get("hours")))
        for pk, opened, first, resolved, outcome, policy in chain(present, past)
    ]


def usual_hours() -> str:
    """Of the policy for what is neither urgent nor low; empty where it runs day and night."""
    policy = ServicePolicy.objects.filter(priority=Priority.NORMAL).select_related("hours").first()
    if policy is None or policy.hours is None:
        return ""
    kept = policy.hours
    return _hours({"time_zone": kept.time_zone, "days": kept.days, "closed_on": kept.closed_on})


class WorkingTime:
    """How many open minutes lie between two moments of a stretch, by two look-ups among its open spans."""

    def __init__(self, hours: str, first: datetime, last: datetime) -> None:
        calendar = hours_of(json.loads(hours)) if hours else None
        self._spans = spans_of(calendar, first, last) if calendar else None
        if self._spans is not None and not self._spans:
            raise NeverOpenError("These hours are never open here.")
        self._starts = [opens for opens, _closes, _before in self._spans or ()]

    def minutes(self, start: datetime, end: datetime) -> float:
        one, other = start.timestamp() / 60, end.timestamp() / 60
        if self._spans is None:
            return max(other - one, 0.0)
        return max(self._open_until(other) - self._open_until(one), 0.0)

    def _open_until(self, minute: float) -> float:
        place = bisect_right(self._starts, minute) - 1
        if place < 0 or not self._spans:
            return 0.0
        opens, closes, before = self._spans[place]
        return before + min(minute, closes) - opens


def working_times(found: Sequence[tuple[str, datetime]]) -> dict[str, WorkingTime]:
    """For each set of hours, from the first moment it is asked of until now."""
    first: dict[str, datetime] = {}
    for hours, moment in found:
        first[hours] = min(first.get(hours, moment), moment)
    return {hours: _working_time(hours, since) for hours, since in first.items()}


def _working_time(hours: str, since: datetime) -> WorkingTime:
    try:
        return WorkingTime(hours, since, clock.now())
    except NeverOpenError:
        return WorkingTime("", since, clock.now())


def _hours(kept: Any) -> str:
    return json.dumps(kept, sort_keys=True) if kept else ""
