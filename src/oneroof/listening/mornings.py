"""When it was last morning where somebody is: pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MORNING = time(8)


def last_morning(now: datetime, time_zone: str) -> datetime:
    """The latest eight o'clock that is not after ``now``, in a zone by name; one that is not known is UTC."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    morning = datetime.combine(today, MORNING, zone)
    return morning if morning <= now else datetime.combine(today - timedelta(days=1), MORNING, zone)
