"""Clocks that run in working hours, in the hours' own time zone: pure.

Hours are local wall-clock times. On the night when clocks go forward a span that contains the gap is an hour
shorter, on the night when they go back an hour longer: as it is for who works there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_CLOSED = timedelta(days=366)
DAY = timedelta(days=1)

type Span = tuple[datetime, datetime]


class NeverOpenError(ValueError):
    """Hours without an open minute in a year: no clock can run in them."""


@dataclass(frozen=True)
class Hours:
    """Open hours by weekday, Monday 0; ``closed_on`` are days off. Times are ``HH:MM``, up to 24:00."""

    time_zone: str
    days: Mapping[int, Sequence[tuple[str, str]]]
    closed_on: frozenset[date] = frozenset()
    _spans: dict[date, list[Span]] = field(default_factory=dict, compare=False, repr=False)

    def spans_on(self, day: date) -> list[Span]:
        """The open spans that begin on that day, in UTC, in order, none overlapping."""
        if day not in self._spans:
            self._spans[day] = self._made(day)
        return self._spans[day]

    def _made(self, day: date) -> list[Span]:
        if day in self.closed_on:
            return []
        zone, spans, busy_until = ZoneInfo(self.time_zone), [], datetime.min.replace(tzinfo=UTC)
        for opens, closes in sorted(self.days.get(day.weekday(), ())):
            start = max(_moment(day, opens, zone, fold=0), busy_until)
            end = _moment(day, closes, zone, fold=1)
            if end > start:
                spans.append((start, end))
                busy_until = end
        return spans

    def spans_from(self, moment: datetime) -> Iterator[Span]:
        """Open spans from a moment on; raises NeverOpenError after a year without one."""
        day = moment.astimezone(ZoneInfo(self.time_zone)).date() - DAY
        open_until = moment
        while True:
            for start, end in self.spans_on(day):
                if end > moment:
                    open_until = end
                    yield max(start, moment), end
            if datetime.combine(day, time(), UTC) - open_until > LONGEST_CLOSED:
                raise NeverOpenError(f"These hours are closed for a year after {open_until:%Y-%m-%d}.")
            day += DAY


def due_at(start: datetime, minutes: int, hours: Hours | None) -> datetime:
    """When ``minutes`` of open time have passed since ``start``; without hours, every minute is open."""
    left = timedelta(minutes=minutes)
    if hours is None or not left:
        return start + left
    for opens, closes in hours.spans_from(start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise AssertionError("spans_from ends with NeverOpenError alone")


def open_minutes(start: datetime, end: datetime, hours: Hours | None) -> float:
    """How many open minutes lie between two moments."""
    if end <= start:
        return 0.0
    if hours is None:
        return (end - start).total_seconds() / 60
    passed = timedelta()
    day = start.astimezone(ZoneInfo(hours.time_zone)).date() - DAY
    last = end.astimezone(ZoneInfo(hours.time_zone)).date()
    while day <= last:
        for opens, closes in hours.spans_on(day):
            passed += max(min(closes, end) - max(opens, start), timedelta())
        day += DAY
    return passed.total_seconds() / 60


def hours_of(snapshot: Mapping[str, object] | None) -> Hours | None:
    """From the JSON in which hours are stored, and copied with a due time."""
    if not snapshot:
        return None
    days, closed_on = snapshot["days"], snapshot["closed_on"]
    assert isinstance(days, Mapping)
    assert isinstance(closed_on, Sequence)
    return Hours(
        time_zone=str(snapshot["time_zone"]),
        days={int(day): tuple((str(o), str(c)) for o, c in spans) for day, spans in days.items()},
        closed_on=frozenset(date.fromisoformat(str(day)) for day in closed_on),
    )


def _moment(day: date, wall: str, zone: ZoneInfo, *, fold: int) -> datetime:
    """A wall-clock time of a day as a moment; of an hour that comes twice, ``fold`` tells which one."""
    hour, minute = (int(part) for part in wall.split(":"))
    if hour == 24:
        day, hour = day + DAY, 0
    return datetime.combine(day, time(hour, minute, fold=fold), zone).astimezone(UTC)
