"""A letter's whole way: by SMTP into a real mailbox, heard as it comes, answered by SMTP, and the thread goes on.

Dovecot keeps the mailbox; what delivers into it, and takes our replies, is aiosmtpd.
"""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from oneroof.accounts.models import User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import send_reply
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.queries.conversation import thread
from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.actions.sources import add_source
from oneroof.listening.listener import Listener
from oneroof.listening.models import Source
from oneroof.listening.sources import networks
from oneroof.listening.sources.email.tests.dovecot import USER as CARE
from oneroof.listening.sources.email.tests.dovecot import Dovecot, running_dovecot
from tests.outbox_under_fire import kill, start_worker
from tests.running import free_port

pytestmark = [pytest.mark.slow, pytest.mark.dovecot, pytest.mark.django_db(transaction=True)]
MIA = "mia@customer.example"
PATIENCE = 240.0  # seconds; nothing here takes long, but a busy machine may


class Post:
    """Takes letters: those to us into the mailbox, those to customers into theirs."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.customers: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if CARE in envelope.rcpt_tos:
            self.dovecot.deliver(envelope.content)
        else:
            self.customers.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    with running_dovecot() as dovecot:
        taken, port = Post(dovecot), free_port()
        controller = Controller(taken, hostname="127.0.0.1", port=port)
        controller.start()
        yield taken, port
        controller.stop()


@pytest.fixture
def source(post: tuple[Post, int], settings: Any) -> Source:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    dovecot, smtp_port = post[0].dovecot, post[1]
    reading = dovecot.settings(imap_security="none", imap_port=dovecot.port, stream=True)
    writing = {"host": "127.0.0.1", "port": smtp_port, "security": "none"}
    return add_source(None, "email", "care mailbox", {**reading, **writing})


@contextmanager
def running() -> Iterator[None]:
    """A listener here, and a worker in a process of its own."""
    over = Event()
    listener = Listener(networks())

    def listen() -> None:
        listener.listen(over)
        connection.close()

    thread = Thread(target=listen, daemon=True)
    thread.start()
    worker = start_worker()
    try:
        yield
    finally:
        kill(worker)
        over.set()
        thread.join(10)
        listener.wait(5)


def until(happened: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, f"never: {what}"
        time.sleep(0.1)


def write(port: int, body: str, **headers: str) -> None:
    time.sleep(1.1)  # letters' times have no parts of a second
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = f"Mia K. <{MIA}>", CARE
    letter["Date"], letter["Message-ID"] = format_datetime(clock.now()), make_msgid(domain="customer.example")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(body)
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(letter)


def answer(agent: User, text: str) -> Reply:
    """Once the worker has sent it."""
    conversation = Conversation.objects.whole().get()
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, text)
    sent = Reply.objects.filter(pk=reply.pk, state=ReplyState.SENT)
    until(sent.exists, "the reply is sent")
    return reply


def bounce(port: int, message_id: str) -> None:
    lines = [
        "From: MAILER-DAEMON@customer.example", f"To: {CARE}", "Message-ID: <dsn@customer.example>",
        "Subject: Undelivered Mail", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"', "",
        "--B", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; customer.example", "",
        f"Final-Recipient: rfc822; {MIA}", "Action: failed", "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full", "",
        "--B", "Content-Type: text/rfc822-headers", "", f"Message-ID: {message_id}", "", "--B--", "",
    ]  # fmt: skip
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail("", CARE, "\r\n".join(lines))


def test_a_letter_is_heard_answered_and_answered_again_in_one_conversation(
    post: tuple[Post, int], source: Source, agent: User
) -> None:
    there, port = post
    with running():
        write(port, "It leaks. What now?", Subject="My kettle")
        until(Conversation.objects.exists, "a letter is heard")
        conversation = Conversation.objects.whole().get()
        assert (conversation.customer_handle, conversation.customer_name) == (MIA, "Mia K.")

        reply = answer(agent, "A **new** seal is on its way.")
        (got,) = there.customers
        assert (got["Subject"], got["Message-ID"]) == ("Re: My kettle", f"<{reply.key}>")

        # Some programs name only what they answer: our reply, which nobody has heard back.
        quoted = f"Thanks! How long?\n\nOn Mon, Mar 2, 2026 Care <{CARE}> wrote:\n> A new seal is on its way."
        write(port, quoted, Subject="Re: My kettle", In_Reply_To=got["Message-ID"])
        until(lambda: _posts() == 2, "the answer is heard")
        conversation = Conversation.objects.whole().get()
        assert (conversation.state, conversation.posts_count) == ("open", 2)
        assert [each.text for each in thread(conversation)] == [
            "My kettle\n\nIt leaks. What now?", "A **new** seal is on its way.", "Thanks! How long?",
        ]  # fmt: skip

        answer(agent, "Two days.")
        second = there.customers[1]
        assert second["Subject"] == "Re: My kettle"
        assert second["References"].split()[-1] == second["In-Reply-To"]

        write(port, "I am away.", Subject="Out of office", Auto_Submitted="auto-replied",
              In_Reply_To=second["Message-ID"])  # fmt: skip
        until(lambda: _posts() == 3, "the automatic answer is heard")
        assert Conversation.objects.whole().get().state == "waiting"

        bounce(port, second["Message-ID"])
        until(lambda: Reply.objects.filter(state=ReplyState.FAILED).exists(), "the reply comes back")
        failed = Reply.objects.get(state=ReplyState.FAILED)
        assert (failed.text, failed.reason) == ("Two days.", f"{MIA}: 552 5.2.2 Mailbox full")
        assert Conversation.objects.whole().get().state == "open"
    assert all(path.parent.name == "new" or path.name.endswith(":2,") for path in there.dovecot.letters())
    source.refresh_from_db()
    assert source.failures == 0


def _posts() -> int:
    """Of the one conversation; 0 while there are two, which become one."""
    counts = list(Conversation.objects.whole().values_list("posts_count", flat=True))
    return counts[0] if len(counts) == 1 else 0
