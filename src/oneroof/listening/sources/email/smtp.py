"""One letter into an SMTP server, and exactly how far it came.

Until the final dot of DATA has been handed over, nothing has left: the server must not deliver a letter whose
end it has not seen (RFC 5321, section 4.1.1.4). From then until its answer, nobody knows. Its answer decides.

One connection a server is kept for many letters, each thread its own.
"""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from oneroof.listening.sources.base import Outcome, Refused, Sent, Unknown
from oneroof.listening.sources.email.signing_in import xoauth2

SECONDS = 20.0  # for each answer of the server, and for the connection
IDLE_SECONDS = 15.0  # a connection that rested longer is asked whether it lives
OK, FORWARDED, READY = 250, 251, 354


@dataclass(frozen=True, slots=True)
class Server:
    """Where to, and as whom."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    by_token: bool = False


class NeverLeftError(Exception):
    """The letter surely did not leave. ``permanent``: the server said that it never will."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class _Kept(threading.local):
    """This thread's open connections, with the time of their last use.

    A server whose token was exchanged is another one to us: what was open to it before is closed.
    """

    def __init__(self) -> None:
        self.open: dict[Server, tuple[smtplib.SMTP, float]] = {}


_kept = _Kept()


def deliver(server: Server, sender: str, recipient: str, letter: bytes, message_id: str) -> Outcome:
    """Attempt once. A kept connection that turns out dead before DATA is replaced by a fresh one."""
    try:
        connection = _ready_for(server, sender, recipient)
    except NeverLeftError as error:
        return Refused(error.reason, permanent=error.permanent)
    outcome = _send(connection, letter, message_id)
    if isinstance(outcome, Sent):
        _kept.open[server] = (connection, time.monotonic())
    else:
        _drop(connection)
    return outcome


def close_connections() -> None:
    """Say goodbye to the servers that this thread holds a connection to."""
    for connection, _used in _kept.open.values():
        _drop(connection)
    _kept.open.clear()


def _ready_for(server: Server, sender: str, recipient: str) -> smtplib.SMTP:
    """A connection that has taken sender, recipient and DATA; raises NeverLeftError."""
    _leave_behind(server)
    kept = _kept.open.pop(server, None)
    if kept and (connection := _alive(*kept)):
        try:
            return _addressed(connection, sender, recipient)
        except NeverLeftError as error:
            if error.permanent:
                raise
    return _addressed(_connected(server), sender, recipient)


def _leave_behind(server: Server) -> None:
    for other in [each for each in _kept.open if replace(each, password="") == replace(server, password="")]:
        if other != server:
            _drop(_kept.open.pop(other)[0])


def _alive(connection: smtplib.SMTP, used: float) -> smtplib.SMTP | None:
    if time.monotonic() - used < IDLE_SECONDS:
        return connection
    with suppress(OSError, smtplib.SMTPException):
        if connection.noop()[0] == OK:
            return connection
    _drop(connection)
    return None


def _connected(server: Server) -> smtplib.SMTP:
    with _nothing_left(f"{server.host}:{server.port}"):
        connection = _opened(server)
        # The final dot goes by itself: it must not wait 40 ms for the letter to be acknowledged.
        assert connection.sock
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        with _nothing_left("the server"):
            _introduced(connection, server)
    except NeverLeftError:
        _drop(connection)
        raise
    return connection


def _opened(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)


def _introduced(connection: smtplib.SMTP, server: Server) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
    if server.by_token:
        _signed_in_by_token(connection, server)
    elif server.user:
        connection.login(server.user, server.password)


def _signed_in_by_token(connection: smtplib.SMTP, server: Server) -> None:
    """A server that refuses says why in a challenge, which wants an empty answer. For a token that is refused the
    letter waits: another account may be connected."""
    words = [xoauth2(server.user, server.password)]
    try:
        connection.auth("XOAUTH2", lambda _challenge=None: words.pop() if words else "")
    except smtplib.SMTPAuthenticationError as error:
        raise smtplib.SMTPException(f"it does not let {server.user} in by this token") from error


def _addressed(connection: smtplib.SMTP, sender: str, recipient: str) -> smtplib.SMTP:
    try:
        with _nothing_left("the server"):
            for wanted, (code, text) in _steps(connection, sender, recipient):
                if code != wanted:
                    raise smtplib.SMTPResponseException(code, text)
    except NeverLeftError:
        _drop(connection)
        raise
    return connection


def _steps(connection: smtplib.SMTP, sender: str, recipient: str) -> Iterator[tuple[int, tuple[int, bytes]]]:
    yield OK, connection.mail(sender)
    code, text = connection.rcpt(recipient)
    yield OK, (OK if code == FORWARDED else code, text)
    yield READY, connection.docmd("DATA")


@contextmanager
def _nothing_left(where: str) -> Iterator[None]:
    """Whatever breaks in here breaks before a letter has left."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NeverLeftError(
            _said(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NeverLeftError(f"{where} could not be reached: {error}") from error


def _send(connection: smtplib.SMTP, letter: bytes, message_id: str) -> Outcome:
    """The letter, then its final dot by itself, then the server's word."""
    try:
        connection.send(_dotted(letter))
    except (OSError, smtplib.SMTPException) as error:
        return Refused(f"The connection broke before the letter was whole: {error}", permanent=False)
    try:
        connection.send(b".\r\n")
        code, text = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Unknown(f"The connection broke after the letter, before the server's answer: {error}")
    if code // 100 == 2:
        return Sent(message_id)
    if code // 100 in (4, 5):
        return Refused(_said(code, text), permanent=code >= 500)
    return Unknown(_said(code, text))


def _dotted(letter: bytes) -> bytes:
    """Lines end with CRLF; a dot that begins one is doubled (RFC 5321, section 4.5.2)."""
    lines = letter.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"The server answered {code} {words[:300]}"


def _drop(connection: smtplib.SMTP) -> None:
    """Hang up without waiting for an answer."""
    with suppress(OSError, smtplib.SMTPException):
        connection.close()
