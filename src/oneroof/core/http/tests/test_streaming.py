"""Answers that go on, connections for a protocol's own library, and a gate before it all."""

import socket
from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from oneroof.core.http import (
    AddressRefusedError,
    FetchError,
    HeldBackError,
    SafeClient,
    TooLargeError,
    TooSlowError,
)
from oneroof.core.testing.web import LOOPBACK, Asked, LocalWeb, answer, local_web

HEAD = b"HTTP/1.1 200 Said\r\nContent-Type: text/event-stream\r\n\r\n"


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as running:
        yield running


@pytest.fixture
def client() -> SafeClient:
    return SafeClient(allowed_networks=LOOPBACK)


def test_lines_come_as_they_are_said(web: LocalWeb, client: SafeClient) -> None:
    first_was_read = Event()

    def say(asked: Asked, connection: socket.socket, over: Event) -> None:
        connection.sendall(HEAD + "data: gr\u00fc".encode()[:-1])
        connection.sendall("\u00fc".encode()[-1:] + b"n\r\n\n")
        assert first_was_read.wait(5)
        connection.sendall(b"data: 2\n")

    web.routes["/s"] = say
    with client.stream(web.url("/s")) as lines:
        assert lines.status == 200
        read = iter(lines)
        assert [next(read), next(read)] == ["data: grün", ""]
        first_was_read.set()
        assert list(read) == ["data: 2"]


def test_a_line_that_never_ends_is_ended(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/s"] = HEAD + b"x" * 5_000
    with pytest.raises(TooLargeError), client.stream(web.url("/s"), line_limit=1_000) as lines:
        list(lines)


def test_a_stream_that_falls_silent_is_left(web: LocalWeb, client: SafeClient) -> None:
    def say(asked: Asked, connection: socket.socket, over: Event) -> None:
        connection.sendall(HEAD + b":thump\n")
        over.wait(10)

    web.routes["/s"] = say
    heard = []
    with pytest.raises(TooSlowError), client.stream(web.url("/s"), patience=0.3) as lines:
        heard.extend(lines)


def test_streams_and_connections_are_judged_like_everything_else(web: LocalWeb) -> None:
    stranger = SafeClient()
    with pytest.raises(AddressRefusedError), stranger.stream(web.url("/s")):
        pass
    for url in (f"ws://127.0.0.1:{web.port}/", f"ws://[::1]:{web.port}/", "gopher://127.0.0.1/"):
        with pytest.raises(AddressRefusedError):
            stranger.connect(url)
    assert web.asked == []


def test_a_connection_is_bare(web: LocalWeb, client: SafeClient) -> None:
    web.routes["/a"] = answer("hello")
    with client.connect(f"ws://127.0.0.1:{web.port}/a") as connection:
        connection.sendall(b"GET /a HTTP/1.1\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"


class Gatekeeper:
    def __init__(self) -> None:
        self.is_shut = False
        self.seen: list[tuple[str, int]] = []

    def before(self, method: str, url: str) -> None:
        if self.is_shut:
            raise HeldBackError("Not now.", seconds=3)

    def after(self, method: str, url: str, status: int, headers: httpx.Headers) -> None:
        self.seen.append((method, status))


def test_a_gate_hears_of_every_answer_and_holds_back(web: LocalWeb, client: SafeClient) -> None:
    web.routes |= {"/old": answer(status=302, headers={"Location": "/new"}), "/new": answer("x")}
    gate = Gatekeeper()
    gated = client.behind(gate)
    gated.get(web.url("/old"))
    gated.post(web.url("/nowhere"), content=b"")
    assert gate.seen == [("GET", 302), ("GET", 200), ("POST", 404)]
    gate.is_shut = True
    for call in (gated.get, gated.connect):
        with pytest.raises(FetchError) as held:
            call(web.url("/new"))
        assert held.value.sent is False
    assert len(web.asked) == 3
    assert client.get(web.url("/new")).status == 200
