"""What YouTube counts: units for each project of Google Cloud, from midnight to midnight in California. Pure.

developers.google.com/youtube/v3/determine_quota_cost: a list costs 1, an insert 50.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

UNITS = 10_000
READ, WRITE = 1, 50
PACIFIC = ZoneInfo("America/Los_Angeles")


def seconds_to_reset(now: datetime) -> float:
    """Until the next midnight in California, however long that day is."""
    there = now.astimezone(PACIFIC)
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), PACIFIC)
    return midnight.timestamp() - now.timestamp()
