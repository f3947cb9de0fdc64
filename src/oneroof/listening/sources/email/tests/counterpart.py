"""A real SMTP server and an IMAP server, with their bad days (RFC 5321, section 4.2; RFC 5530)."""

import asyncio
import socket
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from typing import Any, Self

from aiosmtpd.controller import Controller

from oneroof.core import clock
from oneroof.listening.sources.base import Target
from oneroof.listening.sources.email import client, imap, smtp
from oneroof.listening.sources.email.smtp import close_connections
from oneroof.listening.sources.email.tests.imap_server import PASSWORD, USER, Folder, imap_server
from oneroof.listening.sources.tests.contract import HANGS_FOR, PATIENCE, BadDay, Counterpart, Ours, Said

REFUSALS = {
    BadDay.UNAUTHORIZED: "530 5.7.0 Authentication required",
    BadDay.REVOKED: "535 5.7.8 Authentication credentials invalid",
    BadDay.FORBIDDEN: "550 5.7.1 Not allowed",
    BadDay.NOT_FOUND: "550 5.1.1 No such mailbox",
    BadDay.THROTTLED: "450 4.7.1 Too many, try again later",
    BadDay.BROKEN: "451 4.3.0 Local error in processing",
}


READING = {
    BadDay.UNAUTHORIZED: "401",
    BadDay.REVOKED: "revoked",
    BadDay.FORBIDDEN: "403",
    BadDay.NOT_FOUND: "404",
    BadDay.CONFLICT: "409",
    BadDay.THROTTLED: "429",
    BadDay.BROKEN: "500",
    BadDay.HANGS: "hangs",
    BadDay.HANGS_AFTER: "hangs after",
    BadDay.HANGS_UP: "hangs up",
    BadDay.NONSENSE: "nonsense",
}


class MailCounterpart(Counterpart):
    key = "email"
    cannot_hear = {
        "an_edit": "a letter that was sent cannot be changed",
        "a_deletion": "a letter that is deleted from a mailbox was sent all the same",
        BadDay.THROTTLED_UNTIL: "IMAP does not say for how long to wait",
    }
    cannot_answer = {
        BadDay.CONFLICT: "SMTP knows no conflict",
        BadDay.THROTTLED_UNTIL: "SMTP does not say for how long to wait",
    }

    def __init__(self) -> None:
        self._letters: list[bytes] = []
        self._day: BadDay | None = None
        self._attempts = 0
        self._patience = smtp.SECONDS, imap.SECONDS, client.PAGE
        self._folder = Folder(hangs_for=HANGS_FOR)
        self._imap = imap_server(self._folder)
        self._said: list[tuple[int, Said]] = []
        self._strange = False

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.start()
        self._imap_port = self._imap.__enter__()
        smtp.SECONDS = imap.SECONDS = PATIENCE
        client.PAGE = self.page
        return self

    def __exit__(self, *_: object) -> None:
        smtp.SECONDS, imap.SECONDS, client.PAGE = self._patience
        self._imap.__exit__(None, None, None)
        close_connections()
        self._controller.stop()

    def settings(self) -> dict[str, Any]:
        server = {"host": "127.0.0.1", "port": self._port, "security": "none"}
        reading = {"imap_host": "127.0.0.1", "imap_port": self._imap_port, "imap_security": "none"}
        account = {"imap_user": USER, "imap_password": PASSWORD, "days_back": 36_500, "stream": False}
        return {"address": "care@brumi.example", "name": "Brumi Care", **server, **reading, **account}

    def serve(self, posts: Sequence[Said]) -> None:
        """What is there already keeps its UID."""
        standing = list(self._said)
        self._said = []
        for each in posts:
            known = next((pair for pair in standing if pair[1] == each), None)
            if known:
                standing.remove(known)
            uid = known[0] if known else self._folder.add(self._letter(each), min(each.at, clock.now()))
            self._said.append((uid, each))
        kept = {uid for uid, _said in self._said}
        self._folder.letters = [letter for letter in self._folder.letters if letter.uid in kept]

    def add_unknown_fields(self) -> None:
        self._strange = True

    def _letter(self, said: Said) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = f"{said.author}@customer.example"
        message["To"] = "care@brumi.example"
        message["Date"] = format_datetime(said.at)
        message["Message-ID"] = f"<{self.external_id(said.id)}>"
        if said.parent:
            message["In-Reply-To"] = f"<{self.external_id(said.parent)}>"
        if self._strange:
            message["X-Never-Heard-Of"] = "yes; really=1"
        message.set_content(said.text)
        return message.as_bytes()

    def misbehave(self, day: BadDay, *, writes: bool = False) -> None:
        self._day = day
        self._folder.day = READING.get(day, "")

    def behave(self) -> None:
        self._day = None
        self._folder.day = ""

    def target(self, said: Said) -> Target:
        return Target(
            external_id=self.external_id(said.id),
            author_handle=f"{said.author}@customer.example",
            text=said.text,
            said_at=said.at,
        )

    def external_id(self, said_id: str) -> str:
        return f"letter-{said_id}@customer.example"

    @property
    def attempts(self) -> int:
        return self._attempts

    def standing(self) -> Sequence[Ours]:
        return [_ours(letter) for letter in self._letters]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self._attempts += 1
        if self._day in REFUSALS:
            return REFUSALS[self._day]
        if self._day is BadDay.HANGS:
            await asyncio.sleep(HANGS_FOR)
            return "451 4.3.0 Too slow"
        self._letters.append(envelope.content)
        if self._day is BadDay.HANGS_AFTER:
            await asyncio.sleep(HANGS_FOR)
        if self._day is BadDay.HANGS_UP:
            server.transport.abort()
        return "half a line" if self._day is BadDay.NONSENSE else "250 taken"


def _ours(letter: bytes) -> Ours:
    message = message_from_bytes(letter, policy=default)
    text = next(message.iter_parts()).get_content().removesuffix("\n").removesuffix("\r")
    return Ours(id=message["Message-ID"].strip("<>"), to=message["In-Reply-To"].strip("<>"), text=text)


COUNTERPART = MailCounterpart
