"""What the answer to something that we pushed means for the next attempt. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

LONGEST_WAIT = timedelta(days=1)


class Verdict(StrEnum):
    TAKEN = "taken"
    LATER = "later"  # surely not taken, and may be tried again
    UNSURE = "unsure"  # the server failed on the way
    REFUSED = "refused"  # this message
    CLOSED = "closed"  # the whole place, until somebody mends it


def verdict(status: int) -> Verdict:
    """What an HTTP status says of a message (RFC 9110, section 15; RFC 6585)."""
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status in {408, 425, 429, 503}:
        return Verdict.LATER
    if status >= 500:
        return Verdict.UNSURE
    return Verdict.CLOSED if status in {401, 403, 404, 410} else Verdict.REFUSED


def told_to_wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """``Retry-After``, in seconds or as a date (RFC 9110, section 10.2.3); zero where there is none, a day at
    most."""
    written = headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return min(timedelta(seconds=int(written[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return timedelta(0)
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
