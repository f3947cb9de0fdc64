"""Drivers are counted by the tallies, and to the last row as if all rows were counted."""

from datetime import UTC, datetime, timedelta

import pytest

from oneroof.insight.models import Contact, Reason
from oneroof.insight.queries.drivers import drivers
from oneroof.insight.queries.reason_counts import Counted, shared_out, split

DAY, NOON = timedelta(days=1), datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize("length", [timedelta(hours=5), DAY, timedelta(days=2, hours=15), timedelta(days=7)])
@pytest.mark.parametrize("end", [NOON, NOON - timedelta(hours=12), NOON + timedelta(hours=11, minutes=59)])
@pytest.mark.django_db
def test_each_contact_is_counted_in_its_span_alone(length: timedelta, end: datetime) -> None:
    reason = Reason.objects.create(name="Late")
    moments = [NOON + timedelta(hours=7 * number) for number in range(-60, 12)]
    for number, at in enumerate(moments):
        of = reason if number % 2 else None
        Contact.objects.create(external_id=str(number), channel="phone", opened_at=at, reason=of, cost=2)
    found = drivers(end - length, end)
    row = next(each for each in found.rows if each.reason == reason)
    within = [number for number, at in enumerate(moments) if end - length <= at < end]
    assert found.total.count == len(within)
    assert row.count == row.costed == sum(number % 2 for number in within)
    assert found.total.before == sum(end - 2 * length <= at < end - length for at in moments)
    assert sum(found.total.trend) == pytest.approx(len(within))


def test_a_span_is_whole_days_and_what_is_left_at_its_ends() -> None:
    assert split(NOON, NOON + 3 * DAY) == (
        [(NOON, NOON + DAY / 2), (NOON + 2.5 * DAY, NOON + 3 * DAY)],
        ((NOON + DAY).date(), (NOON + 3 * DAY).date()),
    )
    assert split(NOON, NOON + DAY / 4) == ([(NOON, NOON + DAY / 4)], None)
    assert split(NOON - DAY / 2, NOON + DAY / 2) == ([], (NOON.date(), (NOON + DAY).date()))


def test_a_day_that_is_cut_is_shared_out_by_time() -> None:
    midnight = NOON - DAY / 2
    row = Counted(None, midnight, midnight + DAY, 8, 0)
    assert list(shared_out(row, midnight - DAY / 4, DAY, 3)) == [(0, 6.0), (1, 2.0)]
