"""How soon complaints are taken in hand, and where a complaint stands against its usual. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

RETURNS_AFTER = timedelta(days=2)
"""People go on writing about what was fixed yesterday; later it is back."""


def median_wait(spans: Sequence[tuple[timedelta, bool]]) -> timedelta | None:
    """Kaplan and Meier's median (1958): spans that have not ended yet count as at least so long.

    Each is how long, and whether it ended. None where half of them have not ended.
    """
    at_risk, waiting = len(spans), 1.0
    for length, ended in sorted(spans, key=lambda each: (each[0], not each[1])):
        if ended:
            waiting *= 1 - 1 / at_risk
            if waiting <= 0.5:
                return length
        at_risk -= 1
    return None


def is_back(fixed_at: datetime | None, said_at: datetime) -> bool:
    return fixed_at is not None and said_at >= fixed_at + RETURNS_AFTER


def change_percent(size: int, usual: float | None) -> int | None:
    return round(100 * (size - usual) / usual) if usual else None
