"""Due times in working hours: against a clock that is looked at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneroof.care.rules.clocks import Hours, NeverOpenError, due_at, hours_of, open_minutes

WEEKDAYS = dict.fromkeys(range(5), (("09:00", "12:00"), ("13:00", "17:00")))
BERLIN = Hours("Europe/Berlin", WEEKDAYS, frozenset({date(2026, 12, 25)}))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-02T09:00", 60, "2026-03-02T10:00"),
        ("2026-03-02T11:30", 60, "2026-03-02T13:30"),  # over lunch
        ("2026-03-02T16:30", 60, "2026-03-03T09:30"),  # over night
        ("2026-03-06T16:30", 60, "2026-03-09T09:30"),  # over the week-end
        ("2026-03-07T20:00", 30, "2026-03-09T09:30"),  # begun while closed
        ("2026-12-24T16:00", 120, "2026-12-28T10:00"),  # over a day off and the week-end
        ("2026-03-02T09:00", 180, "2026-03-02T12:00"),  # to the very end of a span
        ("2026-03-27T16:00", 120, "2026-03-30T10:00"),  # over the night when clocks go forward
    ],
)
def test_due_times(start: str, minutes: int, due: str) -> None:
    assert due_at(berlin(start), minutes, BERLIN) == berlin(due)


def test_a_shift_in_the_night_when_clocks_change_is_as_long_as_it_is() -> None:
    nights = Hours("Europe/Berlin", {6: (("00:00", "06:00"),)})
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    lengths = [nights.spans_on(day)[0] for day in (spring, autumn)]
    assert [(end - start).total_seconds() / 3600 for start, end in lengths] == [5, 7]


def test_without_hours_the_clock_never_stops() -> None:
    start = datetime(2026, 3, 7, 22, tzinfo=UTC)
    assert due_at(start, 120, None) == start + timedelta(hours=2)
    assert open_minutes(start, start + timedelta(hours=2), None) == 120


def test_hours_that_are_never_open_are_refused() -> None:
    with pytest.raises(NeverOpenError):
        due_at(datetime(2026, 3, 2, tzinfo=UTC), 5, Hours("UTC", {}))


def test_hours_come_back_from_their_snapshot() -> None:
    kept = {"time_zone": "Europe/Berlin", "days": {"0": [["09:00", "17:00"]]}, "closed_on": ["2026-12-25"]}
    assert hours_of(kept) == Hours(
        "Europe/Berlin", {0: (("09:00", "17:00"),)}, frozenset({date(2026, 12, 25)})
    )


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    days = {}
    for day in range(7):
        cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        days[day] = tuple((_wall(opens), _wall(closes)) for opens, closes in spans)
    days[draw(st.integers(0, 6))] = (("08:00", "12:00"),)
    return Hours(draw(st.sampled_from(ZONES)), days)


def _wall(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def is_open(hours: Hours, moment: datetime) -> bool:
    """By looking at the wall clock."""
    local = moment.astimezone(ZoneInfo(hours.time_zone))
    wall = f"{local:%H:%M}"
    return any(opens <= wall < closes for opens, closes in hours.days.get(local.weekday(), ()))


@settings(max_examples=150, deadline=None)
@given(some_hours(), st.integers(0, 60 * 24 * 400), st.integers(1, 900))
def test_due_times_are_those_of_a_clock_looked_at_every_minute(
    hours: Hours, start_minute: int, minutes: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start_minute)
    due = due_at(start, minutes, hours)
    assert open_minutes(start, due, hours) == pytest.approx(minutes)
    if due - start > timedelta(days=6):
        return
    moment, left = start, minutes
    while left:
        left -= is_open(hours, moment)
        moment += timedelta(minutes=1)
    assert due == moment
