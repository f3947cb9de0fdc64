"""Letters into a real SMTP server, and into one that refuses, hangs, or hangs up, at every step."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Draft, Outcome, Refused, Sent, Target, Unknown
from oneroof.listening.sources.email import NETWORK, smtp
from oneroof.listening.sources.email.letter import letter, subject
from oneroof.listening.sources.email.publish import publish
from oneroof.listening.sources.email.smtp import close_connections

SAID = datetime(2026, 3, 2, 9, tzinfo=UTC)
TARGET = Target(
    external_id="question@customer.example",
    author_handle="mia@customer.example",
    author_name="Mia K.",
    text="Leaking kettle\n\nIt leaks. What now?",
    said_at=SAID,
    thread_external_id="first@customer.example",
    earlier_replies=("ours@brumi.example",),
)


def draft(text: str = "A **new** seal is on its way.", key: str = "reply-1@brumi.example") -> Draft:
    return Draft(key=key, text=text, to=TARGET)


class Kept:
    """What a real server has taken."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content)
        return "250 taken"


@contextmanager
def real_server() -> Iterator[tuple[int, Kept]]:
    kept = Kept()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, kept
    finally:
        close_connections()
        controller.stop()


def settings(port: int, **more: object) -> dict[str, object]:
    return {
        "address": "care@brumi.example", "name": "Brumi Care", "host": "127.0.0.1", "port": port,
        "security": "none", **more,
    }  # fmt: skip


def send(port: int, **fields: Any) -> Outcome:
    return publish(settings(port), draft(**fields), SafeClient())


def test_a_letter_stands_under_what_it_answers_with_its_own_id() -> None:
    with real_server() as (port, kept):
        assert send(port) == Sent("reply-1@brumi.example")
    message = message_from_bytes(kept.letters[0], policy=default)
    assert message["Message-ID"] == "<reply-1@brumi.example>"
    assert message["In-Reply-To"] == "<question@customer.example>"
    assert message["References"].split() == [
        "<first@customer.example>",
        "<ours@brumi.example>",
        "<question@customer.example>",
    ]
    assert (message["To"], message["Subject"]) == ('"Mia K." <mia@customer.example>', "Re: Leaking kettle")
    plain, html = message.iter_parts()
    assert plain.get_content().strip() == "A **new** seal is on its way."
    assert "<strong>new</strong>" in html.get_content()


def test_many_letters_go_over_one_connection() -> None:
    with real_server() as (port, kept):
        for number in range(5):
            assert isinstance(send(port, key=f"reply-{number}@x.example"), Sent)
    assert (len(kept.letters), kept.connections) == (5, 1)


def test_dots_at_the_beginning_of_a_line_come_through() -> None:
    with real_server() as (port, kept):
        send(port, text="one\n.\n..two\nQUIT")
    plain = next(message_from_bytes(kept.letters[0], policy=default).iter_parts())
    assert plain.get_content().splitlines() == ["one", ".", "..two", "QUIT"]


class Rude:
    """An SMTP server that does as it should until a step, and there what the test says."""

    def __init__(self, step: str, deed: Callable[[socket.socket], None]) -> None:
        self.step, self.deed = step, deed
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.letters = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        if not self._answer(connection, "GREETING", b"220 here"):
            return
        while line := lines.readline():
            word = line.split()[0].upper().decode() if line.split() else ""
            if not self._answer(connection, word, b"354 go on" if word == "DATA" else b"250 well"):
                return
            if word == "DATA":
                while (part := lines.readline()) not in (b".\r\n", b""):
                    pass
                self.letters += part == b".\r\n"
                if not self._answer(connection, "DOT", b"250 taken"):
                    return

    def _answer(self, connection: socket.socket, step: str, good: bytes) -> bool:
        if step == self.step:
            self.deed(connection)
            return False
        connection.sendall(good + b"\r\n")
        return True


def says(line: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(line + b"\r\n")


def hangs_up(_connection: socket.socket) -> None:
    """The caller closes."""


def hangs(connection: socket.socket) -> None:
    connection.settimeout(3)
    try:
        while connection.recv(1_000):
            pass
    except TimeoutError:
        return


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    yield
    close_connections()


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("deed", [hangs_up, hangs], ids=["hangs up", "hangs"])
def test_before_the_letter_is_whole_it_never_left(step: str, deed: Callable[[socket.socket], None]) -> None:
    server = Rude(step, deed)
    outcome = send(server.port)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert server.letters == 0


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("line", "for_good"), [(b"451 later", False), (b"550 never", True)])
def test_the_servers_word_is_taken(step: str, line: bytes, for_good: bool) -> None:
    outcome = send(Rude(step, says(line)).port)
    assert isinstance(outcome, Refused)
    assert outcome.permanent is for_good
    assert line.decode()[4:] in outcome.reason


@pytest.mark.parametrize(
    "deed", [hangs_up, hangs, says(b"\xff\xfe nonsense")], ids=["up", "hangs", "nonsense"]
)
def test_after_the_letter_and_before_the_answer_nobody_knows(deed: Callable[[socket.socket], None]) -> None:
    server = Rude("DOT", deed)
    outcome = send(server.port)
    assert isinstance(outcome, Unknown)
    assert server.letters == 1


def test_a_kept_connection_that_died_is_replaced_and_the_letter_goes_once() -> None:
    with real_server() as (port, kept):
        send(port, key="one@x.example")
        for connection, _used in smtp._kept.open.values():
            connection.sock.shutdown(socket.SHUT_RDWR)
        assert isinstance(send(port, key="two@x.example"), Sent)
    assert len(kept.letters) == 2


def test_no_server_at_all_is_not_an_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = send(port)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


def test_without_encryption_where_it_is_asked_for_nothing_leaves() -> None:
    with real_server() as (port, kept):
        outcome = publish(settings(port, security="starttls"), draft(), SafeClient())
    assert isinstance(outcome, Refused)
    assert kept.letters == []


@pytest.mark.parametrize("address", ["", "not an address", "a@b.example\nBcc: all@x.example", "ä@x.example"])
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    target = Target(external_id="1", author_handle=address, text="hm", said_at=SAID)
    outcome = publish(settings(1), Draft(key="k@x.example", text="hi", to=target), SafeClient())
    assert isinstance(outcome, Refused)
    assert outcome.permanent


@given(st.text(), st.text(), st.text())
def test_no_text_of_theirs_becomes_a_header(text: str, name: str, external_id: str) -> None:
    target = Target(
        external_id=external_id, author_handle="mia@customer.example", author_name=name, text=text,
        said_at=SAID, thread_external_id=external_id,
    )  # fmt: skip
    clean = text.encode("utf-8", "replace").decode()
    made = letter(settings(1), Draft(key="k@x.example", text=clean, to=target), SAID)
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert set(read.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
        "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Re: RE: Hello\nyou", "Re: Hello"),
        ("\n\n  Hi", "Re: Hi"),
        ("", "Re:"),
        ("x" * 500, f"Re: {'x' * 120}"),
    ],
)
def test_subjects(text: str, wanted: str) -> None:
    assert subject(text) == wanted


def test_the_network_says_what_it_can() -> None:
    assert NETWORK.can_answer
    assert NETWORK.has_markdown
    assert NETWORK.is_answerable({"address": "care@brumi.example"})
    assert not NETWORK.is_answerable({})
    assert not NETWORK.is_repeatable({"address": "care@brumi.example"})
