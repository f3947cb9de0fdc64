"""Jetstream, as github.com/bluesky-social/jetstream says that it speaks, by a WebSocket server on loopback."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.actions.polling import claim_poll, poll, stream
from oneroof.listening.actions.sources import add_source
from oneroof.listening.listener import Listener
from oneroof.listening.models import Post, RejectedPost, Source
from oneroof.listening.sources.base import PollFailedError
from oneroof.listening.sources.bluesky import NETWORK
from oneroof.listening.sources.bluesky.jetstream import stream as hear
from oneroof.listening.sources.bluesky.parse import POST
from oneroof.listening.sources.streams import in_batches

FIRST = 1_772_442_000_000_000


class Jetstream:
    """Says the events from the asked cursor on, then hangs up, or goes on being silent."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.asked: list[dict[str, list[str]]] = []
        self.hangs_up = True
        self.port = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/subscribe"

    def say(self, count: int) -> None:
        start = len(self.events)
        self.events += [event(number) for number in range(start, start + count)]

    def serve(self, socket: ServerConnection) -> None:
        assert socket.request
        query = parse_qs(urlsplit(socket.request.path).query)
        self.asked.append(query)
        start = int(query.get("cursor", ["0"])[0])
        try:
            for each in list(self.events):
                if when(each) is None or when(each) >= start:
                    socket.send(each)
            while not self.hangs_up:
                time.sleep(0.02)
        except ConnectionClosed:
            return


def when(event: str) -> int | None:
    """None of what is no event."""
    return int(json.loads(event)["time_us"]) if event.startswith('{"did"') else None


def event(number: int, operation: str = "create", *, at: int | None = None) -> str:
    record = {"text": f"My kettle leaks, for the {number}th time.", "createdAt": "2026-03-02T09:00:00Z"}
    commit: dict[str, Any] = {"operation": operation, "collection": POST, "rkey": f"3k{number}"}
    commit |= {"record": record} if operation != "delete" else {}
    # Ten seconds apart, so that going back five does not reach the one before.
    return json.dumps(
        {
            "did": "did:plc:mia",
            "time_us": FIRST + (number if at is None else at) * 10_000_000,
            "kind": "commit",
            "commit": commit,
        }
    )


@contextmanager
def running(far: Jetstream) -> Iterator[None]:
    with serve(far.serve, "127.0.0.1", 0) as server:
        far.port = server.socket.getsockname()[1]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            far.hangs_up = True
            server.shutdown()
            thread.join(5)


@pytest.fixture
def far() -> Iterator[Jetstream]:
    there = Jetstream()
    with running(there):
        yield there


@pytest.fixture
def source(db: None, far: Jetstream) -> Source:
    return add_source(None, "bluesky", "everything", {"listen_to": "everything", "jetstream": far.url})


def listen(source: Source, over: Event | None = None) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    stream(claimed, NETWORK, SafeClient(allowed_networks=LOOPBACK), over or Event())
    source.refresh_from_db()


def test_what_is_said_is_heard_and_a_broken_connection_goes_on_where_it_was(
    far: Jetstream, source: Source
) -> None:
    far.say(5)
    listen(source)
    assert (Post.objects.count(), source.failures) == (5, 1)
    assert source.cursor == {"time_us": FIRST + 40_000_000}
    assert "ended" in source.last_error
    far.say(3)
    listen(source)
    assert Post.objects.count() == 8
    assert far.asked[0]["wantedCollections"] == [POST]
    assert far.asked[1]["cursor"] == [str(FIRST + 40_000_000 - 5_000_000)]


def test_edits_deletions_and_nonsense(far: Jetstream, source: Source) -> None:
    far.say(3)
    listen(source)
    edited = event(2, "update", at=4).replace("leaks", "leaked")
    far.events += [event(1, "delete", at=3), edited, "{not json", "[]", "7"]
    listen(source)
    assert Post.objects.get(external_id__endswith="3k1").gone_at
    assert "leaked" in Post.objects.get(external_id__endswith="3k2").text
    assert RejectedPost.objects.get().raw == "{not json"


def test_a_message_without_end_ends_the_connection_and_nothing_else(far: Jetstream, source: Source) -> None:
    far.say(2)
    far.events.append(" " * 3_000_000)
    listen(source)
    assert Post.objects.count() == 2
    assert source.failures == 1


def test_it_stops_when_it_is_told_to_and_when_the_source_is_switched_off(
    far: Jetstream, source: Source
) -> None:
    far.hangs_up = False
    far.say(2)
    over = Event()
    over.set()
    listen(source, over)
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    Source.objects.filter(pk=source.pk).update(enabled=False)
    assert claimed
    stream(claimed, NETWORK, SafeClient(allowed_networks=LOOPBACK), Event())
    source.refresh_from_db()
    assert source.failures == 0
    assert Post.objects.count() == 2


def test_a_silent_stream_keeps_its_turn(far: Jetstream, monkeypatch: pytest.MonkeyPatch) -> None:
    far.hangs_up = False
    settings = {"listen_to": "everything", "jetstream": far.url}
    monkeypatch.setattr(
        "oneroof.listening.sources.bluesky.jetstream.in_batches",
        lambda receive, over: in_batches(receive, over, pulse=0.3),
    )
    batches = hear(settings, {"time_us": 5}, SafeClient(allowed_networks=LOOPBACK), Event())
    assert [next(batches).posts, next(batches).posts] == [[], []]
    batches.close()  # type: ignore[attr-defined]


def test_without_a_thread_to_spare_it_is_heard_poll_by_poll(
    far: Jetstream, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneroof.listening.sources.bluesky.jetstream.POLLED_FOR", 0.5)
    far.hangs_up = False
    far.say(4)
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, NETWORK, SafeClient(allowed_networks=LOOPBACK))
    source.refresh_from_db()
    assert (Post.objects.count(), source.failures) == (4, 0)
    assert source.next_poll_at
    assert (source.next_poll_at - clock.now()).total_seconds() < 5


def test_private_addresses_are_not_gone_to(far: Jetstream) -> None:
    with pytest.raises(PollFailedError, match="not a public address"):
        next(hear({"listen_to": "everything", "jetstream": far.url}, {}, SafeClient(), Event()))
    assert far.asked == []


@pytest.mark.django_db(transaction=True)
def test_the_listener_keeps_the_connection_until_it_stops(far: Jetstream, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    far.hangs_up = False
    far.say(3)
    source = add_source(None, "bluesky", "everything", {"listen_to": "everything", "jetstream": far.url})
    listener, over = Listener({"bluesky": NETWORK}), Event()
    thread = Thread(target=in_a_thread_of_its_own, args=(listener.listen, over))
    thread.start()
    gives_up = time.monotonic() + 30
    while Post.objects.count() < 3 and time.monotonic() < gives_up:
        time.sleep(0.05)
    over.set()
    thread.join(10)
    listener.wait(10)
    source.refresh_from_db()
    assert (Post.objects.count(), source.failures, len(far.asked)) == (3, 0, 1)
    assert source.next_poll_at
    assert source.next_poll_at < clock.now() + timedelta(seconds=5)


def in_a_thread_of_its_own(listen: Callable[[Event], None], over: Event) -> None:
    try:
        listen(over)
    finally:
        connection.close()
