"""The past of a new source is heard piece by piece, and its page says how far back we are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source
from oneroof.listening.gaps import end_of, progress_of
from oneroof.listening.models import Post, Source, SourceGap
from oneroof.listening.sources.tests.contract import (
    BadDay,
    Counterpart,
    ImpatientClient,
    counterpart_of,
    moment,
    said,
)

pytestmark = pytest.mark.django_db
HOURS, DAYS = 320, 30


@pytest.fixture
def far(settings: Any) -> Iterator[Counterpart]:
    """Hacker News, where somebody spoke each hour; it shows a page of twenty at once, of which we take five."""
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with counterpart_of("hackernews")() as there, clock.frozen_at(moment()):
        there.serve([said(hour, at=moment(60 * (hour - HOURS))) for hour in range(1, HOURS + 1)])
        yield there


@pytest.fixture
def source(far: Counterpart) -> Source:
    return add_source(None, "hackernews", "Hacker News", {**far.settings(), "days_back": DAYS})


def page_of(source: Source, agent: User) -> str:
    client = Client()
    client.force_login(agent)
    return client.get(f"/desk/listen/sources/{source.pk}/").text


def ask(source: Source, far: Counterpart) -> Source:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, far.network, ImpatientClient())
    source.refresh_from_db()
    return source


def test_the_past_comes_in_pieces_and_the_page_shows_how_far(
    far: Counterpart, source: Source, agent: User
) -> None:
    percents, stored = [], []
    while not stored or progress_of(source.pk):
        ask(source, far)
        stored.append(Post.objects.count())
        percents += [each.percent for each in progress_of(source.pk)]
        if len(stored) == 1:
            (progress,) = progress_of(source.pk)
            html = page_of(source, agent)
    assert progress.back_to == clock.ago(days=DAYS)
    assert f'max="100" value="{percents[0]}"' in html
    assert percents == sorted(set(percents))
    assert all(0 < each < 100 for each in percents if each is not None)
    assert stored[0] < stored[1] < stored[-1] == HOURS
    gap = SourceGap.objects.get()
    assert gap.heard == HOURS - far.page
    assert "everything that the network gave was heard" in page_of(source, agent)


def test_a_piece_is_heard_with_how_far_it_reached_or_not_at_all(
    far: Counterpart, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(source, far)
    before = SourceGap.objects.values().get(), Post.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr("oneroof.listening.actions.polling.note_piece", lambda *_: 1 / 0)
        assert ask(source, far).failures == 1
    assert (SourceGap.objects.values().get(), Post.objects.count()) == before
    far.misbehave(BadDay.BROKEN)
    ask(source, far)
    far.behave()
    while progress_of(source.pk):
        ask(source, far)
    assert Post.objects.count() == HOURS


def test_two_gaps_take_turns(far: Counterpart, source: Source) -> None:
    ask(source, far)
    older = SourceGap.objects.get()
    newer = SourceGap.objects.create(source=source, described=older.described)
    SourceGap.objects.filter(pk=newer.pk).update(turn_at=clock.ago(seconds=5))
    with clock.frozen_at(moment(1)):
        ask(source, far)
        newer.refresh_from_db()
    assert newer.turn_at == moment(1)
    assert SourceGap.objects.get(pk=older.pk).turn_at == moment()


@pytest.mark.parametrize(
    ("described", "end"),
    [
        ({"until": "2026-03-02T09:00:00+00:00"}, datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ({"since": 1_772_442_000}, datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ({"until": "tomorrow"}, None),
        ({"until": "2026-03-02"}, None),
        ({"since": 1e300}, None),
        ({"before": "4711", "until_id": "12"}, None),
    ],
)
def test_the_end_is_told_where_the_network_says_a_moment(
    described: dict[str, Any], end: datetime | None
) -> None:
    assert end_of(described) == end
