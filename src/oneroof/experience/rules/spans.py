"""The last whole day, week or month; pure."""

from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)


def last_span(every: str, now: datetime) -> tuple[datetime, datetime]:
    """From its beginning to its end, in UTC; weeks begin on Monday."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if every == "day":
        return today - DAY, today
    if every == "week":
        monday = today - today.weekday() * DAY
        return monday - 7 * DAY, monday
    first = today.replace(day=1)
    return (first - DAY).replace(day=1), first


def span_until(every: str, until: datetime) -> tuple[datetime, datetime]:
    """The one that ends there."""
    return last_span(every, until)
