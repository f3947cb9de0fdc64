"""What an answer's headers say of how much more may be asked, and when. Pure.

``X-RateLimit-*`` is Mastodon's (docs.joinmastodon.org/api/rate-limits, reset as a date) and Reddit's (reset in
seconds from now, ``used`` in place of a limit); ``RateLimit-*`` is Bluesky's
(docs.bsky.app/docs/advanced-guides/rate-limits, reset as a moment of Unix time); ``X-Rate-Limit-*`` is X's
(docs.x.com/x-api/fundamentals/rate-limits, likewise); ``Retry-After`` is RFC 9110's, seconds or a date.
``X-Rate-Limit`` is Apple's (App Store Connect API, “Identifying rate limits”), of an hour that rolls.
``X-App-Usage`` and its kin are Meta's (Graph API, “Rate limits”): percent of what may be used, and minutes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST = timedelta(days=1)
UNIX_TIME = 1_000_000_000
"""Larger is a moment, smaller is seconds from now."""
DEFAULT_PAUSE = timedelta(seconds=60)
THROTTLED = frozenset({429, 503})
ROLLING = timedelta(hours=1)
APPLE = re.compile(r"user-hour-(lim|rem):(\d{1,9})")
USAGES = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
PERCENTS = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True, slots=True)
class Quota:
    """``remaining`` of ``limit`` until ``resets_at``."""

    limit: int
    remaining: int
    resets_at: datetime


def quota_of(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """None where the headers tell no quota, or one that cannot be read."""
    for prefix in ("x-ratelimit-", "ratelimit-", "x-rate-limit-"):
        limit, remaining = _number(headers, f"{prefix}limit"), _number(headers, f"{prefix}remaining")
        used = _number(headers, f"{prefix}used")
        if limit is None and used is not None and remaining is not None:
            limit = used + remaining
        resets_at = moment_of(headers.get(f"{prefix}reset", ""), now)
        if limit is not None and remaining is not None and resets_at is not None:
            return Quota(int(limit), max(int(remaining), 0), resets_at)
    apple = {name: int(count) for name, count in APPLE.findall(headers.get("x-rate-limit", ""))}
    if apple.get("lim") and "rem" in apple:
        return Quota(apple["lim"], apple["rem"], now + ROLLING)
    return None


def share_used(headers: Mapping[str, str]) -> float | None:
    """How much of what may be used is used, where the answer says it in percent: 1.0 is all of it."""
    told = [_percent(usage.get(name)) for usage in _usages(headers) for name in PERCENTS]
    return max(told) / 100 if told else None


def pause_asked_for(status: int, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long we were told to wait; None where we were not told to."""
    if minutes := max(
        (_percent(each.get("estimated_time_to_regain_access")) for each in _usages(headers)), default=0
    ):
        return min(timedelta(minutes=minutes), LONGEST)
    if status not in THROTTLED:
        return None
    told = moment_of(headers.get("retry-after", ""), now)
    quota = quota_of(headers, now)
    if told is None and quota is not None and quota.remaining == 0:
        told = quota.resets_at
    if told is None:
        return DEFAULT_PAUSE if status == 429 else None
    return max(told - now, timedelta(0))


def moment_of(written: str, now: datetime) -> datetime | None:
    """A moment as servers write it: Unix time, seconds from now, ISO 8601 or HTTP's date; a day ahead at most."""
    text = written.strip()
    found = _from_number(text, now) or _from_iso(text) or _from_http_date(text)
    return None if found is None else min(found, now + LONGEST)


def _from_number(text: str, now: datetime) -> datetime | None:
    try:
        number = float(text)
        if number >= UNIX_TIME:
            return datetime.fromtimestamp(number, UTC)
        return now + min(timedelta(seconds=number), LONGEST) if number >= 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _from_iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _from_http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(headers.get(name, ""))
    except ValueError:
        return None
    return number if 0 <= number < 2**31 else None


def _usages(headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """One object, or lists of objects by the business that they are of."""
    found: list[Any] = []
    for name in USAGES:
        told = _object(headers.get(name, ""))
        listed = [each for each in told.values() if isinstance(each, list)]
        found += [each for group in listed for each in group] or [told]
    return [each for each in found if isinstance(each, dict) and each]


def _object(written: str) -> Mapping[str, Any]:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _percent(found: Any) -> float:
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and 0 <= found < 2**31 else 0.0
