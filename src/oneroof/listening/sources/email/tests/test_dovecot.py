"""Letters read from a real Dovecot: over TLS, at once, and without leaving a mark."""

import ssl
import threading
import tracemalloc
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.sources.base import Batch, PollFailedError
from oneroof.listening.sources.email import client as hearing
from oneroof.listening.sources.email.client import poll, stream
from oneroof.listening.sources.email.tests.dovecot import PASSWORD, Dovecot, running_dovecot

pytestmark = [pytest.mark.slow, pytest.mark.dovecot]


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with running_dovecot() as there:
        yield there


@pytest.fixture
def dovecot(running: Dovecot) -> Dovecot:
    """With an empty mailbox."""
    running.deliver(b"From: a@b.example\r\n\r\nfirst\r\n")
    for path in running.letters():
        path.unlink()
    return running


def letter(number: int, **headers: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Mia <mia@customer.example>"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<letter-{number}@customer.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"My kettle leaks, for the {number}th time.")
    return message.as_bytes()


def client(dovecot: Dovecot) -> SafeClient:
    return SafeClient(allowed_networks=LOOPBACK, ssl_context=dovecot.trusting)


def hear(dovecot: Dovecot, cursor: Mapping[str, Any] | None = None, **settings: object) -> Batch:
    return poll(dovecot.settings(**settings), cursor or {}, client(dovecot))


def names(batch: Batch) -> list[str]:
    return [post.external_id.removesuffix("@customer.example") for post in batch.posts]


def test_letters_are_heard_once_and_leave_no_mark(dovecot: Dovecot) -> None:
    dovecot.deliver(letter(1))
    dovecot.deliver(letter(2))
    first = hear(dovecot)
    assert names(first) == ["letter-1", "letter-2"]
    assert first.posts[0].text == "My kettle leaks, for the 1th time."
    dovecot.deliver(letter(3))
    second = hear(dovecot, first.cursor)
    assert names(second) == ["letter-3"]
    assert hear(dovecot, second.cursor).posts == []
    marks = {path.name.partition(":2,")[2] for path in dovecot.letters()}
    assert (len(dovecot.letters()), marks) == (3, {""})


def test_starttls(dovecot: Dovecot) -> None:
    dovecot.deliver(letter(1))
    assert names(hear(dovecot, imap_security="starttls", imap_port=dovecot.port)) == ["letter-1"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_taken(dovecot: Dovecot, security: str) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    wary = SafeClient(allowed_networks=LOOPBACK, ssl_context=ssl.create_default_context())
    with pytest.raises(PollFailedError, match="certificate"):
        poll(dovecot.settings(imap_security=security, imap_port=port), {}, wary)


def test_a_wrong_password_is_told_without_it(dovecot: Dovecot) -> None:
    with pytest.raises(PollFailedError, match="does not let") as told:
        hear(dovecot, imap_password="wrong horse")
    assert "wrong horse" not in told.value.reason
    assert PASSWORD not in told.value.reason


def test_an_address_that_is_not_public_is_not_gone_to(dovecot: Dovecot) -> None:
    with pytest.raises(PollFailedError, match="not a public address"):
        poll(dovecot.settings(), {}, SafeClient())


def test_a_mailbox_made_anew_is_read_again_and_its_letters_are_the_same(dovecot: Dovecot) -> None:
    dovecot.deliver(letter(1))
    dovecot.deliver(b"From: jo@customer.example\r\nSubject: no id\r\n\r\nIt leaks.\r\n")
    first = hear(dovecot)
    dovecot.make_anew()
    dovecot.deliver(letter(2))
    again = hear(dovecot, first.cursor)
    assert again.cursor["validity"] != first.cursor["validity"]
    assert {post.external_id for post in again.posts} == {
        *(post.external_id for post in first.posts),
        "letter-2@customer.example",
    }


def test_page_by_page(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "PAGE", 5)
    for number in range(12):
        dovecot.deliver(letter(number))
    heard: list[str] = []
    cursor: Mapping[str, Any] = {}
    for _ in range(3):
        batch = hear(dovecot, cursor)
        assert batch.next_poll_after == 0 or len(heard) == 10
        heard += names(batch)
        cursor = batch.cursor
    assert sorted(heard) == sorted(f"letter-{number}" for number in range(12))


def test_a_folder_by_its_name_in_any_script(dovecot: Dovecot) -> None:
    dovecot.deliver(letter(1), folder=".Entw&APw-rfe &- &mGdbog-")
    assert names(hear(dovecot, folder="Entwürfe & 顧客")) == ["letter-1"]


def test_a_folder_that_is_not_there_is_told(dovecot: Dovecot) -> None:
    with pytest.raises(PollFailedError, match="Nowhere"):
        hear(dovecot, folder="Nowhere")


def test_a_letter_is_heard_as_it_comes(dovecot: Dovecot) -> None:
    over = threading.Event()
    heard: list[str] = []
    come = {number: threading.Event() for number in (1, 2)}

    def listen() -> None:
        for batch in stream(dovecot.settings(), {}, client(dovecot), over):
            heard.extend(names(batch))
            for number, event in come.items():
                if f"letter-{number}" in heard:
                    event.set()

    dovecot.deliver(letter(1))
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        assert come[1].wait(10)
        dovecot.deliver(letter(2))
        assert come[2].wait(10)  # the stream would look by itself after five minutes only
    finally:
        over.set()
        listener.join(10)
    assert (heard, listener.is_alive()) == (["letter-1", "letter-2"], False)


def test_a_large_letter_is_read_as_far_as_we_read(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "LETTER_BYTES", 2_000)
    dovecot.deliver(letter(1) + b"more\r\n" * 10_000)
    (post,) = hear(dovecot).posts
    assert post.text.startswith("My kettle leaks")
    assert "longer than we read" in post.text


def test_a_picture_of_fifty_megabytes_does_not_hide_the_words(dovecot: Dovecot) -> None:
    """Ten megabytes of the letter are fetched; what is held depends on them, and not on the whole."""
    message = message_from_bytes(letter(1), policy=SMTP)
    message.add_attachment(bytes(50_000_000), maintype="image", subtype="jpeg", filename="kettle.jpg")
    dovecot.deliver(message.as_bytes())
    dovecot.deliver(letter(2))
    tracemalloc.start()
    try:
        batch = hear(dovecot)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [post.text.partition(",")[0] for post in batch.posts] == ["My kettle leaks"] * 2
    assert "kettle.jpg (image/jpeg" in batch.posts[0].text
    assert most < 12 * hearing.LETTER_BYTES
