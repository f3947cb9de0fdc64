"""What a contribution is worth, and the trust that follows. Nothing is given for time spent or pages seen."""

from datetime import timedelta

POINTS = {"accepted": 15, "vote": 2, "article": 10, "idea": 10, "reply": 5, "report": 2}
FRESH_AFTER = timedelta(days=30)
"""An article is kept fresh by a change that comes at least so long after the last one."""

LEVELS = (
    (1, 10, timedelta(0)),
    (2, 60, timedelta(days=14)),
    (3, 250, timedelta(days=60)),
)
"""Level, points, time since one joined. The fourth is a person's to give."""


def level_of(points: int, since_joining: timedelta) -> int:
    """The level of trust that points earn; time alone earns none."""
    return max((level for level, least, age in LEVELS if points >= least and since_joining >= age), default=0)


def is_freshening(since_last: timedelta) -> bool:
    return since_last >= FRESH_AFTER
