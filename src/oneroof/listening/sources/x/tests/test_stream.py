"""The filtered stream: one rule of ours, empty lines, disconnects that are explained, a line that never ends."""

import json
import socket
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from oneroof.core.testing.web import Asked, answer
from oneroof.listening.actions.polling import claim_poll, stream
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import PollFailedError
from oneroof.listening.sources.tests.contract import ImpatientClient, said
from oneroof.listening.sources.x import NETWORK
from oneroof.listening.sources.x.streaming import STREAM, read_lines, set_rule
from oneroof.listening.sources.x.tests.counterpart import BEARER, XCounterpart

OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
CAPPED = {"title": "UsageCapExceeded", "type": "https://api.x.com/2/problems/usage-capped"}


@pytest.fixture
def far() -> Iterator[XCounterpart]:
    with XCounterpart() as there:
        yield there


def told(far: XCounterpart, number: int, text: str, *, tag: str = "oneroof") -> str:
    shown = far.shown([far.post(said(number, text))], {"expansions": "author_id"})
    return json.dumps(
        {"data": shown["data"][0], "includes": shown["includes"], "matching_rules": [{"tag": tag}]}
    )


def heard_over(far: XCounterpart, say: Callable[[socket.socket], None]) -> Source:
    """What the source became of one connection that says this."""

    def speak(asked: Asked, connection: socket.socket, _over: Event) -> None:
        assert asked.headers["authorization"] == f"Bearer {BEARER}"
        connection.sendall(OPEN)
        say(connection)

    far.web.routes[STREAM] = speak
    add_source(None, "x", "brumi", {**far.settings(), "stream": True, "backfill_minutes": 9})
    claimed = claim_poll(Source.objects.get().pk)
    assert claimed
    stream(claimed, NETWORK, ImpatientClient(), Event())
    return Source.objects.get()


def test_what_is_said_is_heard_at_once_and_what_was_missed_with_it(db: None, far: XCounterpart) -> None:
    far.serve([said(1), said(2)])
    lines = [
        "",
        told(far, 3, "Just now"),
        told(far, 4, "By a rule of somebody else", tag="theirs"),
        "{broken",
        json.dumps({"errors": [{"title": "operational-disconnect", "detail": "Over capacity"}]}),
    ]
    source = heard_over(far, lambda connection: connection.sendall("\r\n".join([*lines, ""]).encode()))
    texts = set(Post.objects.values_list("text", flat=True))
    assert texts == {said(1).text, said(2).text, "Just now"}
    assert source.failures == 1
    assert "Over capacity" in source.last_error
    (opened,) = [each.path for each in far.web.asked if each.path.startswith(f"{STREAM}?")]
    assert "backfill_minutes=5" in opened


def test_a_line_that_never_ends_is_bounded(db: None, far: XCounterpart) -> None:
    def flood(connection: socket.socket) -> None:
        try:
            for _ in range(64):
                connection.sendall(b"x" * 65_536)
        except OSError:
            return  # we hung up

    source = heard_over(far, flood)
    assert "longer than" in source.last_error
    assert source.enabled


def test_only_our_rule_is_changed(far: XCounterpart) -> None:
    client, settings = ImpatientClient(), far.settings()
    far.rules = [
        {"id": "1", "value": "kettles", "tag": "theirs"},
        {"id": "2", "value": "old", "tag": "oneroof"},
    ]
    for _ in range(2):
        set_rule(settings, client)
    assert [(each["value"], each["tag"]) for each in far.rules] == [
        ("kettles", "theirs"),
        ("(brumi) -is:retweet", "oneroof"),
    ]
    changes = [each for each in far.web.asked if each.method == "POST"]
    assert len(changes) == 2


def test_a_search_that_cannot_be_a_rule_is_said(far: XCounterpart) -> None:
    with pytest.raises(PollFailedError, match="Unmatched parenthesis"):
        set_rule({**far.settings(), "query": "unclosed("}, ImpatientClient())


def test_a_second_stream_of_an_app_is_explained(db: None, far: XCounterpart) -> None:
    far.web.routes[STREAM] = answer('{"title": "ConnectionException"}', status=429)
    add_source(None, "x", "brumi", {**far.settings(), "stream": True})
    claimed = claim_poll(Source.objects.get().pk)
    assert claimed
    stream(claimed, NETWORK, ImpatientClient(), Event())
    assert "one stream for each app" in Source.objects.get().last_error


def test_why_a_stream_ends_is_told() -> None:
    slow = {"title": "Disconnect", "detail": "Your client is too slow"}
    for said_so, why in (({"errors": [CAPPED]}, "cap"), (slow, "too slow")):
        ended = read_lines([json.dumps(said_so)])[2]
        assert ended
        assert why in ended.reason
    assert read_lines(["[]"])[1][0].reason


def test_streams_are_for_searches_with_the_apps_own_token(far: XCounterpart) -> None:
    settings = {**far.settings(), "stream": True}
    assert NETWORK.is_streamed(settings)
    assert not NETWORK.is_streamed({**settings, "bearer_token": ""})
    assert not NETWORK.is_streamed({**settings, "listen_to": "mentions"})
    assert not NETWORK.is_streamed(far.settings())
