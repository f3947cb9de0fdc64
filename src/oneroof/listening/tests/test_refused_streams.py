"""A stream that is refused is no deafness: the place is asked in the same turn, and streamed from later."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK, Answer, Asked, answer
from oneroof.listening import queries
from oneroof.listening.actions.sources import add_source
from oneroof.listening.listener import Listener
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import networks
from oneroof.listening.sources.mastodon.tests.counterpart import MastodonCounterpart
from oneroof.listening.sources.tests.contract import BadDay, said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart
from oneroof.listening.sources.x.tests.counterpart import XCounterpart

pytestmark = pytest.mark.django_db(transaction=True)
STREAM = "/api/v1/streaming/hashtag"
X_RULES = "/2/tweets/search/stream/rules"


def hangs_up(_asked: Asked, connection: socket.socket, _over: Event) -> None:
    connection.close()


def half_an_answer(_asked: Asked, connection: socket.socket, _over: Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty")


@pytest.fixture
def far(settings: Any) -> Iterator[MastodonCounterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with MastodonCounterpart() as there:
        there.serve([said(1)])
        yield there


@pytest.fixture
def source(far: MastodonCounterpart) -> Source:
    return add_source(None, "mastodon", "brumi", far.settings())


def ask(listener: Listener, source: Source, at: datetime) -> Source:
    Source.objects.filter(pk=source.pk).update(next_poll_at=at)
    with clock.frozen_at(at):
        listener.ask(source.pk)
    return Source.objects.get(pk=source.pk)


def streams(far: HttpCounterpart, path: str = STREAM) -> int:
    return sum(each.path.startswith(path) for each in far.web.asked)


@pytest.mark.parametrize(
    ("refusal", "word"),
    [
        (answer(status=404), "404"),
        (answer(status=503), "503"),
        (hangs_up, "ended"),
        (half_an_answer, "ended"),
        (answer("<h1>No streams here</h1>", headers={"Content-Type": "text/html"}), ""),
    ],
    ids=["not found", "unavailable", "hangs up", "half open", "a page"],
)
def test_where_no_stream_comes_about_the_source_is_asked_in_that_turn(
    far: MastodonCounterpart, source: Source, refusal: Answer, word: str
) -> None:
    far.web.routes[STREAM] = refusal
    asked = ask(Listener(networks()), source, clock.now())
    assert Post.objects.get(source=source).text == said(1).text
    assert word in asked.last_error
    assert asked.next_poll_at


def test_a_refused_stream_is_tried_again_later_and_the_source_asked_meanwhile(
    far: MastodonCounterpart, source: Source
) -> None:
    listener, now = Listener(networks()), clock.now()
    for number, (minutes, tried) in enumerate([(0, 1), (0.5, 1), (1.1, 2), (2.5, 2), (3.2, 3)], start=1):
        far.serve([said(each) for each in range(1, number + 1)])
        assert ask(listener, source, now + timedelta(minutes=minutes)).failures == 0
        assert streams(far) == tried
        assert Post.objects.filter(source=source).count() == number
    (health,) = queries.source_health()
    assert (health.state, "404" in health.source.last_error) == ("ok", True)


def test_a_place_that_can_neither_stream_nor_be_asked_is_failing(
    far: MastodonCounterpart, source: Source
) -> None:
    far.misbehave(BadDay.UNAUTHORIZED)
    asked = ask(Listener(networks()), source, clock.now())
    assert asked.failures == 1
    assert not Post.objects.exists()
    (health,) = queries.source_health()
    assert health.state == "failing"


def test_a_plan_without_a_stream_is_searched(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    listener, now = Listener(networks()), clock.now()
    with XCounterpart() as far:
        far.serve([said(1)])
        far.web.routes[X_RULES] = answer('{"title": "Forbidden"}', status=403)
        source = add_source(None, "x", "brumi", {**far.settings(), "stream": True})
        asked = ask(listener, source, now)
        assert Post.objects.count() == 1
        assert asked.last_error
        ask(listener, source, now + timedelta(minutes=10))
        assert streams(far, X_RULES) == 1, "what a plan has not, it will not have in a minute"
