"""A source that is silent for longer than usual for it, or that fails, is told of: once, and taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.silences import watch_over_sources
from oneroof.listening.models import Source
from oneroof.listening.rhythm import longest_usual_silence
from oneroof.listening.sources.base import RawPost
from oneroof.notify.actions.reading import mark_read
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = MONDAY + timedelta(days=28)


@pytest.fixture
def source(lead: User) -> Source:
    return Source.objects.create(network="webhook", name="form", owner=lead, last_success_at=NOW)


def hear(source: Source, moments: Sequence[datetime]) -> None:
    posts = [
        RawPost(external_id=f"{moment:%s}", author_handle="a", text="Kettle", created_at=moment)
        for moment in moments
    ]
    with clock.frozen_at(max(moments)):
        receive_posts(source, posts)


def office_hours(until: datetime = NOW) -> list[datetime]:
    """Each half an hour from nine to five, Monday to Friday, for four weeks."""
    found = []
    for day in range(28):
        start = MONDAY + timedelta(days=day)
        if start.weekday() < 5:
            found += [start + timedelta(minutes=30 * slot) for slot in range(17)]
    return [moment for moment in found if moment <= until]


def told_at(moment: datetime) -> list[str]:
    with clock.frozen_at(moment):
        watch_over_sources()
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def test_nights_and_weekends_are_usual_and_a_longer_silence_is_told_once(source: Source, lead: User) -> None:
    hear(source, office_hours())
    friday = MONDAY + timedelta(days=25, hours=8)
    assert told_at(friday + timedelta(hours=64)) == []
    assert told_at(friday + timedelta(hours=95)) == []
    for hours in (97, 98):
        assert told_at(friday + timedelta(hours=hours)) == ["source_silent"]
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (lead, f"/desk/listen/sources/{source.pk}/")
    assert "form" in notice.title


def test_it_is_taken_back_when_the_source_speaks_again_unless_it_was_read(source: Source, lead: User) -> None:
    hear(source, office_hours())
    assert told_at(NOW + timedelta(days=3)) == ["source_silent"]
    hear(source, [NOW + timedelta(days=3, minutes=1)])
    assert told_at(NOW + timedelta(days=3, minutes=5)) == []
    assert told_at(NOW + timedelta(days=9)) == ["source_silent"]
    mark_read(lead, [Notice.objects.get().pk])
    hear(source, [NOW + timedelta(days=9, minutes=1)])
    assert told_at(NOW + timedelta(days=9, minutes=5)) == ["source_silent"]


def test_a_source_that_speaks_all_the_time_may_be_silent_for_an_hour(source: Source) -> None:
    hear(source, [NOW - timedelta(minutes=10 * count) for count in range(6 * 24 * 10)])
    assert longest_usual_silence(source.pk, NOW) == timedelta(hours=1)
    assert told_at(NOW + timedelta(minutes=59)) == []
    assert told_at(NOW + timedelta(minutes=61)) == ["source_silent"]


@pytest.mark.parametrize("outages", [0, 1, 2, 3])
def test_longer_gaps_are_usual_from_the_third_on(source: Source, outages: int) -> None:
    moments = [NOW - timedelta(hours=2 * count) for count in range(12 * 25)]
    for outage in range(outages):
        begin = NOW - timedelta(days=5 * (outage + 1))
        moments = [moment for moment in moments if not begin - timedelta(hours=20) < moment < begin]
    hear(source, moments)
    usual = timedelta(hours=20 if outages == 3 else 2)
    assert longest_usual_silence(source.pk, NOW) == usual * 1.5


def test_long_gaps_are_found_as_by_reading_everything(source: Source) -> None:
    """Against a plain reading, with gaps on both sides of the step."""
    moment, moments, number = NOW, [NOW], 7
    while moment > NOW - timedelta(days=20):
        number = number * 1_103_515_245 + 12_345 & 0x7FFFFFFF
        moment -= timedelta(minutes=number % 95)
        moments.append(moment)
    moments = sorted(set(moments))
    hear(source, moments)
    gaps = sorted((later - one for one, later in pairwise(moments)), reverse=True)
    assert longest_usual_silence(source.pk, NOW) == gaps[2] * 1.5


def test_of_what_is_not_known_for_long_nobody_is_told(source: Source) -> None:
    hear(source, [NOW - timedelta(hours=count) for count in range(24 * 6)])
    assert longest_usual_silence(source.pk, NOW) is None
    assert told_at(NOW + timedelta(days=3)) == []


@pytest.mark.parametrize("columns", [{"enabled": False}, {"owner": None}, {"network": "files"}])
def test_who_is_off_or_nobodys_or_not_listened_to_is_left_alone(
    source: Source, columns: dict[str, Any]
) -> None:
    hear(source, office_hours())
    Source.objects.update(**columns)
    assert told_at(NOW + timedelta(days=5)) == []


def test_an_hour_of_failures_is_told_once_and_taken_back(source: Source) -> None:
    hear(source, office_hours())
    Source.objects.update(failures=3, last_error="It answered 503.", last_success_at=NOW)
    assert told_at(NOW + timedelta(minutes=59)) == []
    for minutes in (61, 90):
        assert told_at(NOW + timedelta(minutes=minutes)) == ["source_failing"]
    assert Notice.objects.get().body == "It answered 503."
    Source.objects.update(failures=0, last_success_at=NOW + timedelta(hours=2))
    assert told_at(NOW + timedelta(hours=2)) == []
