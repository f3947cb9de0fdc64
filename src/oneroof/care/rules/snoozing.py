"""Until when one puts a conversation off. Pure: local moments in, local moments out."""

from datetime import datetime, timedelta

MORNING = 9
MONDAY = 0


def in_an_hour(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def tomorrow_morning(now: datetime) -> datetime:
    return _morning_of(now + timedelta(days=1))


def monday_morning(now: datetime) -> datetime:
    """Of the coming week, also when it is Monday today."""
    return _morning_of(now + timedelta(days=(MONDAY - now.weekday() - 1) % 7 + 1))


def _morning_of(day: datetime) -> datetime:
    """Nine o'clock on that day's own clock, whatever the change to summer time did in between."""
    return day.replace(hour=MORNING, minute=0, second=0, microsecond=0)


CHOICES = {"hour": in_an_hour, "tomorrow": tomorrow_morning, "monday": monday_morning}
