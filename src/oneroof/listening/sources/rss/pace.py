"""How long to wait until a feed is asked again: what it says itself, within bounds that are polite. Pure."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MINUTES = 30
SOONEST, LATEST = 5 * 60.0, 24 * 3600.0
THROTTLED = 15 * 60.0
PERIODS = {
    "hourly": 3600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
SECONDS = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a feed says of when it wants to be asked: seconds, hours (0–23) and days (0 is Monday) in UTC."""

    seconds: float = 0.0
    skip_hours: frozenset[int] = field(default_factory=frozenset)
    skip_days: frozenset[int] = field(default_factory=frozenset)

    def as_json(self) -> dict[str, object]:
        return {"seconds": self.seconds, "hours": sorted(self.skip_hours), "days": sorted(self.skip_days)}

    @classmethod
    def of_json(cls, kept: object) -> "Wishes":
        """From what ``as_json`` gave; a first poll has nothing."""
        if not isinstance(kept, Mapping):
            return cls()
        return cls(
            seconds=float(kept.get("seconds") or 0),
            skip_hours=frozenset(kept.get("hours") or ()),
            skip_days=frozenset(kept.get("days") or ()),
        )


def update_period(ttl: object, period: object, frequency: object) -> float:
    """Seconds, of RSS's ``ttl`` (minutes) and of the syndication module's period and frequency."""
    minutes = _number(ttl)
    times = max(1.0, _number(frequency))
    return max(minutes * 60, PERIODS.get(str(period or "").strip().lower(), 0.0) / times)


def freshness(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which HTTP says that the answer stays good: ``max-age``, else ``Expires`` (RFC 9111, 4.2.1)."""
    if found := MAX_AGE.search(headers.get("cache-control", "")):
        return float(found[1])
    expires = _http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    said_at = _http_date(headers.get("date", "")) or now
    return max(0.0, (expires - said_at).total_seconds())


def retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds, 0 where nothing is said. A date is counted from the other side's own clock; a day at most."""
    written = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(written):
        return min(float(written), LATEST)
    until = _http_date(written)
    if until is None:
        return 0.0
    said_at = _http_date(headers.get("date", "")) or now
    return min(max(0.0, (until - said_at).total_seconds()), LATEST)


def next_poll_after(minutes: object, wishes: Wishes, now: datetime, *, fresh_for: float = 0.0) -> float:
    """Seconds, a little more by chance so that not all come at once, and outside of skipped hours and days."""
    wanted = max(_number(minutes) * 60 or MINUTES * 60, wishes.seconds, fresh_for)
    seconds = min(max(wanted, SOONEST), LATEST) * random.uniform(1.0, 1.1)  # noqa: S311
    return seconds + _skipped(wishes, now + timedelta(seconds=seconds))


def _skipped(wishes: Wishes, at: datetime) -> float:
    """Seconds until the feed's next open hour: 0 where ``at`` is in one, or there is none in a week."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    for later in range(24 * 7):
        moment = hour + timedelta(hours=later)
        if moment.hour not in wishes.skip_hours and moment.weekday() not in wishes.skip_days:
            return max(0.0, (moment - at).total_seconds())
    return 0.0


def _http_date(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(written: object) -> float:
    try:
        number = float(str(written).strip())
    except ValueError:
        return 0.0
    return number if 0 <= number < 1e9 else 0.0
