"""A mailbox heard, through a server that does as the test says."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.sources.base import Batch, PollFailedError
from oneroof.listening.sources.email import NETWORK, client, imap
from oneroof.listening.sources.email.client import mailbox_of, poll, stream
from oneroof.listening.sources.email.tests.imap_server import PASSWORD, USER, Folder, Talk, imap_server

WORDS = "My kettle leaks."


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "SECONDS", 1.0)


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def port(folder: Folder) -> Iterator[int]:
    with imap_server(folder) as port:
        yield port


def letter(number: int) -> bytes:
    head = f"From: mia@customer.example\r\nMessage-ID: <{number}@customer.example>\r\n"
    return f"{head}\r\n{WORDS} {number}\r\n".encode()


def settings(port: int, **more: object) -> dict[str, object]:
    where = {"imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none"}
    return {"address": "care@brumi.example", "user": USER, "password": PASSWORD, **where, **more}


def hear(port: int, cursor: Mapping[str, Any] | None = None, **more: object) -> Batch:
    return poll(settings(port, **more), cursor or {}, SafeClient(allowed_networks=LOOPBACK))


def names(batch: Batch) -> list[str]:
    return [post.external_id.partition("@")[0] for post in batch.posts]


def test_without_an_imap_server_nothing_is_heard_and_nothing_fails() -> None:
    batch = poll({"address": "care@brumi.example"}, {"kept": 1}, SafeClient())
    assert (batch.posts, batch.cursor, batch.next_poll_after) == ((), {"kept": 1}, 86_400)
    assert not NETWORK.is_streamed({"address": "care@brumi.example", "stream": True})
    assert NETWORK.is_streamed({"imap_host": "mail.example", "stream": True})


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143), ("none", 143)])
def test_the_usual_port_of_each_way_to_encrypt(security: str, port: int) -> None:
    usual = mailbox_of({**settings(0), "imap_port": None, "imap_security": security})
    assert (usual.port, usual.user, usual.folder) == (port, USER, "INBOX")


def test_each_letter_is_fetched_once_and_only_read(port: int, folder: Folder) -> None:
    folder.add(letter(1))
    first = hear(port)
    folder.add(letter(2))
    second = hear(port, first.cursor)
    third = hear(port, second.cursor)
    assert (names(first), names(second), names(third)) == (["1"], ["2"], [])
    assert folder.fetched == [1, 2]
    verbs = {asked.split()[0] for asked in folder.asked}
    assert verbs <= {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
    assert not [asked for asked in folder.asked if "BODY[" in asked or "RFC822 " in asked]


def test_a_letter_that_becomes_visible_out_of_turn_is_heard(port: int, folder: Folder) -> None:
    for number in range(1, 4):
        folder.add(letter(number))
    late = folder.letters.pop(1)
    first = hear(port)
    folder.letters.insert(1, late)
    assert names(hear(port, first.cursor)) == ["2"]


def test_a_mailbox_made_anew_is_read_from_the_last_look_on(port: int, folder: Folder) -> None:
    folder.add(letter(1), clock.now() - timedelta(days=20))
    folder.add(letter(2))
    first = hear(port)
    folder.make_anew()
    folder.add(letter(3))
    second = hear(port, first.cursor)
    assert (names(first), names(second)) == (["1", "2"], ["2", "3"])
    assert names(hear(port, second.cursor)) == []


def test_of_the_past_as_much_as_was_asked_for(port: int, folder: Folder) -> None:
    for number, days in enumerate((400, 20, 0), start=1):
        folder.add(letter(number), clock.now() - timedelta(days=days))
    assert names(hear(port, days_back=30)) == ["2", "3"]
    assert names(hear(port, days_back=500)) == ["1", "2", "3"]


def test_a_letter_that_cannot_be_read_is_set_aside_and_the_next_is_heard(port: int, folder: Folder) -> None:
    folder.add(b"no letter at all")
    folder.add(letter(2))
    batch = hear(port)
    assert names(batch) == ["2"]
    assert [(each.where, each.reason) for each in batch.rejected] == [
        ("letter 1", "It does not say who wrote it.")
    ]
    assert names(hear(port, batch.cursor)) == []


def test_letters_that_go_while_we_read_do_not_stop_it(port: int, folder: Folder, monkeypatch: Any) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    for number in range(1, 6):
        folder.add(letter(number))
    monkeypatch.setattr(imap.Connection, "uids", lambda *_: [1, 2, 3, 4, 5])
    folder.letters = [each for each in folder.letters if each.uid > 2]
    batch = hear(port)
    assert (names(batch), batch.next_poll_after, batch.cursor["next"]) == ([], 0, 3)


def test_a_page_ends_where_there_is_no_more_room(port: int, folder: Folder, monkeypatch: Any) -> None:
    monkeypatch.setattr(client, "PAGE_BYTES", 150)
    for number in range(1, 4):
        folder.add(letter(number))
    batch = hear(port)
    assert (names(batch), batch.next_poll_after) == (["1"], 0)
    assert names(hear(port, batch.cursor)) == ["2"]


# At once


@contextmanager
def listening(port: int, **more: object) -> Iterator[list[Batch]]:
    """What a stream gives, as it gives it."""
    heard: list[Batch] = []
    over = threading.Event()

    def listen() -> None:
        safe = SafeClient(allowed_networks=LOOPBACK)
        for batch in stream(settings(port, **more), {}, safe, over):
            heard.append(batch)  # noqa: PERF402 - seen as they come

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield heard
    finally:
        over.set()
        listener.join(10)
    assert not listener.is_alive()


def until(happened: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(400):
        if happened():
            return
        waited.wait(0.025)
    raise AssertionError("It did not happen.")


def test_what_comes_while_we_idle_is_heard(port: int, folder: Folder) -> None:
    folder.add(letter(1))
    with listening(port) as heard:
        until(lambda: "IDLE" in folder.asked)
        folder.add(letter(2))
        until(lambda: [name for batch in heard for name in names(batch)] == ["1", "2"])
    assert heard[-1].cursor["next"] == 3


def test_a_pulse_comes_where_nothing_else_does(port: int, folder: Folder, monkeypatch: Any) -> None:
    monkeypatch.setattr(client, "STREAM_PULSE", 0.1)
    with listening(port) as heard:
        until(lambda: len(heard) > 3)
    assert folder.asked.count("IDLE") == 1


def test_a_server_without_idle_is_asked_again(port: int, folder: Folder, monkeypatch: Any) -> None:
    folder.capabilities = "IMAP4rev1 AUTH=PLAIN"
    monkeypatch.setattr(client, "STREAM_PULSE", 0.05)
    monkeypatch.setattr(client, "POLL_EVERY", 0.1)
    with listening(port) as heard:
        folder.add(letter(1))
        until(lambda: "1" in [name for batch in heard for name in names(batch)])
    assert "IDLE" not in folder.asked


# Servers that mean no good


@contextmanager
def server_that_says(*words: bytes) -> Iterator[int]:
    """To whoever comes, over and over, as long as they listen; then it is silent."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def talk() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                for each in words:
                    connection.sendall(each)
                over.wait(5)
            except OSError:
                return

    threading.Thread(target=talk, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


HOSTILE = {
    "a line without end": [b"* OK "] + [b"x" * 1_000_000] * 6,
    "a letter of a terabyte": [b"* OK hi {1000000000000}\r\n"],
    "no greeting": [b"SSH-2.0-OpenSSH_9.2\r\n"],
    "goodbye": [b"* BYE not today\r\n"],
    "words without end": [b"* OK hi\r\n"] + [b"* 1 EXISTS\r\n" * 100_000] * 20,
    "silence": [],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_fails_the_look_and_nothing_else(name: str) -> None:
    with server_that_says(*HOSTILE[name]) as port, pytest.raises(PollFailedError):
        hear(port)


def test_a_line_that_never_ends_while_we_idle_ends_the_stream(
    port: int, folder: Folder, monkeypatch: Any
) -> None:
    monkeypatch.setattr(imap, "LINE_BYTES", 1_000)
    monkeypatch.setattr(
        Talk, "idle", lambda self, tag, rest: self.say("+ idling\r\n* 1 " + "x" * 50_000) or True
    )
    heard = stream(settings(port), {}, SafeClient(allowed_networks=LOOPBACK), threading.Event())
    with pytest.raises(PollFailedError, match="without an end"):
        list(heard)


def test_a_user_beyond_ascii_where_a_server_takes_none_is_told(port: int, folder: Folder) -> None:
    folder.capabilities = "IMAP4rev1"
    with pytest.raises(PollFailedError, match="ASCII only") as told:
        hear(port, password="größe")
    assert "größe" not in str(told.value)


def test_words_before_the_encryption_begins_are_not_believed() -> None:
    """As an attacker on the way would put them in."""
    capability = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
    words = [b"* OK hi\r\n", capability]

    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(words[0])
            lines = connection.makefile("rb")
            tag = lines.readline().split()[0]
            connection.sendall(capability + tag + b" OK done\r\n")
            tag = lines.readline().split()[0]
            connection.sendall(tag + b" OK begin\r\n* PREAUTH you are in\r\n")
            lines.readline()

    threading.Thread(target=talk, daemon=True).start()
    with pytest.raises(PollFailedError, match="before the encryption"):
        hear(listener.getsockname()[1], imap_security="starttls")
    listener.close()


def test_a_password_is_needed_and_never_told(port: int, folder: Folder) -> None:
    with pytest.raises(PollFailedError, match="needs a user and a password"):
        hear(port, password="")
    with pytest.raises(PollFailedError) as told:
        hear(port, password="tell nobody")
    assert "tell nobody" not in told.value.reason
    assert "not you" in told.value.reason
