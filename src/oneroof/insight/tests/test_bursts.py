"""A rise that is not the time of day or week is told once, with what it is about and where it began."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.insight.actions.bursts import learn_profiles, look_for_bursts, telling_words
from oneroof.insight.models import Burst, BurstProfile, PlacedPost
from oneroof.insight.quality import bursts as quality
from oneroof.insight.quality.sets import SetMissingError
from oneroof.insight.rules import bursts as rules
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 30, 12, 30, tzinfo=UTC)  # a Monday


@pytest.fixture
def source(db: None) -> Source:
    """Four weeks with six posts in each hour of the day, and none at night."""
    found = Source.objects.create(network="files", name="Forum")
    start = NOW.replace(hour=0, minute=0) - timedelta(weeks=4)
    PlacedPost.objects.bulk_create(
        PlacedPost(post_id=10_000 + number, said_at=start + timedelta(minutes=10 * number), source=found)
        for number in range(4 * 7 * 144 + 75)
        if 6 <= (number // 6) % 24 < 22
    )
    return found


def hear(source: Source, count: int, at: datetime = NOW) -> None:
    receive_posts(
        source,
        [
            RawPost(
                external_id=f"{at} {number}",
                author_handle=f"a{number}",
                text=f"The outage again, servers unreachable in town {number}",
                created_at=at - timedelta(seconds=10 * number),
            )
            for number in range(count)
        ],
    )
    from oneroof.insight.actions.learning import place_posts
    from oneroof.listening.models import Post

    place_posts(list(Post.objects.values_list("pk", flat=True)))


def test_a_burst_is_told_once_and_ends(source: Source, lead: User, agent: User) -> None:
    with clock.frozen_at(NOW):
        assert learn_profiles() == 2
        assert look_for_bursts() == []
        hear(source, 20)
        (burst,) = look_for_bursts()
        assert look_for_bursts() == []
    assert (burst.stream, burst.source, burst.ended_at) == (f"source {source.pk}", source, None)
    assert {"outage", "servers"} <= set(burst.words)
    assert burst.began_at == NOW - timedelta(seconds=190)
    assert [notice.user for notice in Notice.objects.filter(kind="burst")] == [lead]
    with clock.frozen_at(NOW + timedelta(minutes=61)):
        assert look_for_bursts() == []
    with clock.frozen_at(NOW + timedelta(minutes=100)):
        look_for_bursts()
    assert Burst.objects.get().ended_at is not None


def test_what_is_usual_by_day_is_no_burst_and_at_night_it_is(source: Source) -> None:
    with clock.frozen_at(NOW):
        learn_profiles()
    profile = BurstProfile.objects.get(pk="all")
    learnt = rules.Profile(tuple(profile.hours), profile.spread)
    noon, night = 12 * 60 + 30, 3 * 60
    widths = rules.WINDOWS
    assert rules.usual_within(learnt, noon, 60) == pytest.approx(6, abs=0.5)
    count = np.array([7.0 * width / 60 + 0 for width in widths])
    assert not rules.is_burst(
        count, np.array([rules.usual_within(learnt, noon, width) for width in widths]), learnt.spread
    )
    assert rules.is_burst(
        np.array([9.0] * len(widths)),
        np.array([rules.usual_within(learnt, night, width) for width in widths]),
        learnt.spread,
    )


def test_of_a_house_that_has_just_begun_nothing_is_said(lead: User) -> None:
    found = Source.objects.create(network="files", name="Forum")
    with clock.frozen_at(NOW):
        hear(found, 30)
        assert learn_profiles() == 0
        assert look_for_bursts() == []


def test_no_word_of_one_person_alone_is_told() -> None:
    told = telling_words(["my zuleika outage", "outage outage", "outage"], ["a", "b", "c"], ["hello there"])
    assert told == ["outage"]


def test_the_page_shows_them(client: Client, source: Source, lead: User, member: User) -> None:
    client.force_login(lead)
    assert "No bursts" in client.get("/desk/insight/bursts/").text
    with clock.frozen_at(NOW):
        learn_profiles()
        hear(source, 20)
        look_for_bursts()
    page = client.get("/desk/insight/bursts/")
    assert "outage" in page.text
    Burst.objects.update(words=[])
    page = client.get("/desk/insight/bursts/")
    assert (source.name in page.text, f"source {source.pk}" in page.text) == (True, False)
    assert client.get("/desk/insight/bursts/?after=x").status_code == 404
    client.force_login(member)
    assert client.get("/desk/insight/bursts/").status_code == 404


def test_spread_is_learnt_and_few_hours_say_little() -> None:
    chance = np.random.default_rng(1)
    even = rules.learn(chance.poisson(20, 168 * 6).astype(float), 0)
    uneven = rules.learn(chance.negative_binomial(2, 2 / 22, 168 * 6).astype(float), 0)
    assert even.spread < 0.05 < uneven.spread
    assert rules.learn(np.array([]), 0).hours == (0.0,) * 168


def test_missing_sets_are_said(tmp_path: Path) -> None:
    for measure in (quality.measure, quality.crisislex):
        with pytest.raises(SetMissingError):
            measure(tmp_path)
