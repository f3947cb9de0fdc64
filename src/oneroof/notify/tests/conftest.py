"""A real SMTP server, with its good and its bad days, and a chat that takes what is sent to it."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from oneroof.core.testing.web import LocalWeb, answer, local_web


class Post:
    """Keeps what it takes. ``says`` is the answer to a letter; ``drops`` hangs up instead of answering."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says = "250 taken"
        self.says_to_recipient = "250 fine"
        self.drops = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.says_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.says_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.says.startswith("250"):
            self.taken.append(message_from_bytes(bytes(envelope.content), policy=policy.default))
        if self.drops:
            server.transport.abort()
        return self.says


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    keeper = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    }
    yield keeper
    controller.stop()


@pytest.fixture
def chat(settings: Any) -> Iterator[LocalWeb]:
    """A local server that takes all that is sent to /hook, and answers 404 elsewhere."""
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with local_web() as web:
        web.routes["/hook"] = answer("ok")
        yield web
