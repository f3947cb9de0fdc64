"""Read the times that the world writes. What has no zone is UTC. Pure."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, start=1)}
# “Tue Oct 31 22:10:47 +0000 2017”, as Twitter's API wrote it.
TWITTER = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})")
EPOCH = re.compile(r"-?\d{9,16}(?:\.\d+)?")
ISO_TAIL = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
ISO_OFFSET = re.compile(r"(?<=\d)\s+(?=[+-]\d\d:?\d\d$)")
ISO_FRACTION = re.compile(r"(\.\d{6})\d+")
DAY_WITHOUT_DATE = re.compile(r"\d{1,2}(?::\d\d)*")
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
MILLISECONDS_FROM = 100_000_000_000
MICROSECONDS_FROM = 100_000_000_000_000


class UnreadableMomentError(ValueError):
    """Not a time that we can read; the text says which and what would be."""


def parse_moment(written: object) -> datetime:
    """ISO 8601, RFC 2822, Twitter's, or seconds, milli- or microseconds since 1970. Aware, in UTC.

    Raises UnreadableMomentError.
    """
    if isinstance(written, datetime):
        return _bounded(written if written.tzinfo else written.replace(tzinfo=UTC), str(written))
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise UnreadableMomentError(f"“{str(written)[:60]}” is not a date")
    text = str(written).strip()
    if not text:
        raise UnreadableMomentError("the date is empty")
    return _bounded(_parsed(text), text)


def _parsed(text: str) -> datetime:
    if found := TWITTER.fullmatch(text):
        return _twitter(found, text)
    if EPOCH.fullmatch(text):
        return _epoch(float(text), text)
    for read in (_iso, _rfc_2822):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    raise _unreadable(text)


def _twitter(found: re.Match[str], text: str) -> datetime:
    month, day, hour, minute, second, sign, zone_hours, zone_minutes, year = found.groups()
    try:
        zone = _zone(sign, zone_hours, zone_minutes)
        return datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except (ValueError, KeyError):
        raise _unreadable(text) from None


@lru_cache(maxsize=256)
def _zone(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset) if offset else UTC


def _epoch(number: float, text: str) -> datetime:
    size = abs(number)
    seconds = number / (1e6 if size >= MICROSECONDS_FROM else 1e3 if size >= MILLISECONDS_FROM else 1)
    if not math.isfinite(seconds):
        raise _unreadable(text)
    return datetime.fromtimestamp(seconds, UTC)


def _iso(text: str) -> datetime:
    plain = text if text[-1].isdecimal() else ISO_TAIL.sub("+00:00", text)
    plain = ISO_OFFSET.sub("", plain) if " " in plain else plain
    plain = ISO_FRACTION.sub(r"\1", plain) if "." in plain else plain
    if not plain[:4].isdecimal() or "W" in plain:
        raise ValueError(text)
    moment = datetime.fromisoformat(plain)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rfc_2822(text: str) -> datetime:
    if DAY_WITHOUT_DATE.fullmatch(text):
        raise ValueError(text)
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bounded(moment: datetime, text: str) -> datetime:
    try:
        known = moment.astimezone(UTC)
    except OverflowError:
        raise _unreadable(text) from None
    if known < EARLIEST or known.year > 9000:
        raise UnreadableMomentError(f"“{text[:60]}” lies outside of what can have been said")
    return known


def _unreadable(text: str) -> UnreadableMomentError:
    return UnreadableMomentError(
        f"“{text[:60]}” is not a date that we can read; write it as 2017-10-31T22:10:47Z"
    )
