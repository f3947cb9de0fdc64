"""One IMAP connection (RFC 3501, IDLE of RFC 2177): judged address, verified certificate, bounds on size and time.

The standard library speaks the protocol; what it reads from comes here, so that no answer is larger, and none
takes longer, than we allow. Nothing is ever written to the mailbox: it is opened by EXAMINE and read by BODY.PEEK.
"""

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import PollFailedError
from oneroof.listening.sources.email.signing_in import xoauth2

SECONDS = 30.0  # for each answer of the server, and for the connection
ANSWER_BYTES = 16 * 1024 * 1024
LINE_BYTES = 4 * 1024 * 1024
RECEIVED_AT_ONCE = 65_536
TICK = 0.5
PORTS = frozenset({143, 993})
IDLE_TAG = b"IDLE1"
ARRIVED = re.compile(rb"\* \d+ EXISTS\b", re.IGNORECASE)
NUMBER = re.compile(rb"\d+")
FETCHED = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
PASSING = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|OVERQUOTA|THROTTLED)\b", re.IGNORECASE)
"""Codes of RFC 5530, and Gmail's, that say “not now”."""
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where to, as whom, and which folder. ``security`` is tls, starttls or none.

    ``by_token``: the password is a token.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    by_token: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the server tells of a letter before it is read; ``size`` in bytes."""

    uid: int
    size: int
    received_at: float | None


class LetterRefusedError(Exception):
    """The server has the letter, and cannot or will not give it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Connection(imaplib.IMAP4):
    """``imaplib`` over a connection that is there already, with bounds."""

    def __init__(self, bare: socket.socket, mailbox: Mailbox) -> None:
        self.sock = bare
        self._came = bytearray()
        self._ask()
        super().__init__(mailbox.host, mailbox.port)

    # What imaplib reads and writes through

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002
        self.host, self.port = host, port

    def shutdown(self) -> None:
        self.sock.close()

    def send(self, data: bytes) -> None:  # type: ignore[override]
        self.sock.settimeout(SECONDS)
        self.sock.sendall(data)

    def read(self, size: int) -> bytes:
        if size > self._left + len(self._came):
            raise self.abort("an answer that is larger than we read")
        while len(self._came) < size:
            self._receive_or_give_up()
        return self._take(size)

    def readline(self) -> bytes:
        searched = 0
        while (end := self._came.find(b"\n", searched)) < 0:
            searched = len(self._came)
            if searched > LINE_BYTES:
                raise self.abort("a line without an end")
            self._receive_or_give_up()
        return self._take(end + 1)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._came[:size])
        del self._came[:size]
        return taken

    def _receive_or_give_up(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0 or not self._receive(left):
            raise TimeoutError(f"no answer within {SECONDS:g} seconds")

    def _receive(self, seconds: float) -> bool:
        """Whether something came within that time."""
        self.sock.settimeout(max(seconds, 0.001))
        try:
            got = self.sock.recv(RECEIVED_AT_ONCE)
        except TimeoutError:
            return False
        if not got:
            raise self.abort("the server hung up")
        self._left -= len(got)
        if self._left < 0:
            raise self.abort("an answer that is larger than we read")
        self._came += got
        return True

    def _ask(self) -> None:
        """What follows has so much time, and so much room, for its answer."""
        self._ends = time.monotonic() + SECONDS
        self._left = ANSWER_BYTES

    # What we ask

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """STARTTLS. What came in clear before it is over is not believed (CVE-2021-33515 and its like)."""
        self._expect_ok(self._simple_command("STARTTLS"))
        if self._came:
            raise self.abort("words before the encryption began")
        self.sock = _secured(self.sock, context, host)
        self._learn()

    def sign_in(self, user: str, password: str) -> None:
        self._ask()
        if "AUTH=PLAIN" in self.capabilities:
            words = f"\0{user}\0{password}".encode()
            self._expect_ok(self.authenticate("PLAIN", lambda _challenge: words))
        elif not f"{user}{password}".isascii():
            raise self.error("it takes a user and a password in plain ASCII only")
        else:
            self._expect_ok(self.login(user, password))
        self._learn()

    def sign_in_by_token(self, user: str, token: str) -> None:
        """A server that refuses says why in a challenge, which wants an empty answer."""
        self._ask()
        words = [xoauth2(user, token).encode()]
        self._expect_ok(self.authenticate("XOAUTH2", lambda _challenge: words.pop() if words else b""))
        self._learn()

    def examine(self, folder: str) -> tuple[int, int]:
        """Open it to read; its UIDVALIDITY, and its UIDNEXT (0 where the server does not tell)."""
        self._ask()
        quoted = '"' + _modified_utf7(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'
        self._expect_ok(self.select(quoted, readonly=True))
        validity, following = self._told("UIDVALIDITY"), self._told("UIDNEXT")
        if not validity:
            raise self.abort("no UIDVALIDITY")
        return validity, following

    def uids(self, *criteria: str) -> list[int]:
        """UIDs, rising."""
        self._ask()
        lines = self._expect_ok(self.uid("SEARCH", *criteria))
        return sorted({int(uid) for line in lines if line for uid in NUMBER.findall(line)})

    def envelopes(self, uids: Sequence[int]) -> list[Envelope]:
        """Those of these letters that are still there, in the order of their UIDs."""
        self._ask()
        names = ",".join(map(str, uids))
        lines = self._expect_ok(self.uid("FETCH", names, "(UID INTERNALDATE RFC822.SIZE)"))
        found = [_envelope(line) for line in lines if isinstance(line, bytes)]
        wanted = set(uids)
        return sorted((each for each in found if each and each.uid in wanted), key=lambda each: each.uid)

    def letter(self, uid: int, at_most: int) -> bytes | None:
        """Its first bytes; None where it is not there any more. That we read it leaves no mark."""
        self._ask()
        answered = self.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{at_most}>)")
        if answered[0] != "OK" and not PASSING.match(_words(answered)):
            raise LetterRefusedError(f"The server does not give it: {_words(answered)}")
        lines = self._expect_ok(answered)
        found = next((bytes(line[1]) for line in lines if isinstance(line, tuple)), None)
        is_empty = any(isinstance(line, bytes) and b"BODY[]" in line.upper() for line in lines)
        return b"" if found is None and is_empty else found

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self.capabilities

    def begin_idle(self) -> None:
        self._ask()
        self.send(IDLE_TAG + b" IDLE\r\n")
        while not (line := self.readline()).startswith(b"+"):
            self._check_idle(line)

    def wait(self, seconds: float, over: Event) -> bool:
        """Whether a letter came within that time."""
        ends = time.monotonic() + seconds
        while not over.is_set() and (left := ends - time.monotonic()) > 0:
            self._ask()
            if len(self._came) > LINE_BYTES:
                raise self.abort("a line without an end")
            if b"\n" not in self._came and not self._receive(min(left, TICK)):
                continue
            if b"\n" in self._came and self._check_idle(self.readline()):
                return True
        return False

    def end_idle(self) -> None:
        self._ask()
        self.send(b"DONE\r\n")
        while not (line := self.readline()).startswith(IDLE_TAG):
            self._check_idle(line)

    def _check_idle(self, line: bytes) -> bool:
        if line.upper().startswith((b"* BYE", IDLE_TAG + b" NO", IDLE_TAG + b" BAD")):
            raise self.abort(line.decode("utf-8", "replace").strip())
        return bool(ARRIVED.match(line))

    def _told(self, name: str) -> int:
        told = self.response(name)[1]
        found = NUMBER.search(told[-1]) if told and isinstance(told[-1], bytes) else None
        return int(found[0]) if found else 0

    def _learn(self) -> None:
        self._ask()
        lines = self._expect_ok(self.capability())
        words = b" ".join(line for line in lines if isinstance(line, bytes))
        self.capabilities = tuple(words.decode("ascii", "replace").upper().split())

    def _expect_ok(self, answered: tuple[str, Sequence[Any]]) -> Sequence[Any]:
        if answered[0] != "OK":
            raise self.error(_words(answered))
        return answered[1]


def _words(answered: tuple[str, Sequence[Any]]) -> str:
    said = answered[1][-1] if answered[1] else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


@contextmanager
def opened(mailbox: Mailbox, client: SafeClient) -> Iterator[tuple[Connection, int, int]]:
    """The folder, open to read, with UIDVALIDITY and UIDNEXT. Raises PollFailedError, for what breaks in the block
    too."""
    with _explained(mailbox):
        bare = client.connect_to(mailbox.host, mailbox.port, known_ports=PORTS, deadline=SECONDS)
        try:
            connection = _greeted(bare, mailbox, client.tls)
        except BaseException:
            bare.close()
            raise
        try:
            _sign_in(connection, mailbox)
            yield (connection, *connection.examine(mailbox.folder))
        finally:
            _leave(connection)


def _greeted(bare: socket.socket, mailbox: Mailbox, context: ssl.SSLContext) -> Connection:
    if mailbox.security == "tls":
        return Connection(_secured(bare, context, mailbox.host), mailbox)
    connection = Connection(bare, mailbox)
    if mailbox.security == "starttls":
        connection.secure(context, mailbox.host)
    return connection


def _sign_in(connection: Connection, mailbox: Mailbox) -> None:
    try:
        sign_in = connection.sign_in_by_token if mailbox.by_token else connection.sign_in
        sign_in(mailbox.user, mailbox.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise PollFailedError(
            f"{mailbox.host} does not let {mailbox.user} in: {_shown(error, mailbox)}"
        ) from None


def _leave(connection: Connection) -> None:
    """Say goodbye, and do not wait for long."""
    with suppress(OSError, imaplib.IMAP4.error):
        connection.send(b"BYE1 LOGOUT\r\n")
    connection.shutdown()


def _secured(bare: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    bare.settimeout(SECONDS)
    return context.wrap_socket(bare, server_hostname=host)


@contextmanager
def _explained(mailbox: Mailbox) -> Iterator[None]:
    """What breaks, in a sentence for the health page, without what we signed in with."""
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        yield
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    except ssl.SSLCertVerificationError as error:
        raise PollFailedError(
            f"The certificate of {mailbox.host} is not valid: {error.verify_message}."
        ) from error
    except (OSError, imaplib.IMAP4.abort) as error:
        raise PollFailedError(f"The connection to {where} broke: {_shown(error, mailbox)}") from None
    except imaplib.IMAP4.error as error:
        raise PollFailedError(f"{where} answered: {_shown(error, mailbox)}") from None


def _shown(error: Exception, mailbox: Mailbox) -> str:
    said = " ".join(str(error).split())[:300]
    return said.replace(mailbox.password, "…") if mailbox.password else said


def _envelope(line: bytes) -> Envelope | None:
    uid, size = FETCHED.search(line), SIZE.search(line)
    if uid is None or size is None:
        return None
    return Envelope(int(uid[1]), int(size[1]), _moment_in(line))


def _moment_in(line: bytes) -> float | None:
    try:
        moment = imaplib.Internaldate2tuple(line)
        return time.mktime(moment) if moment else None
    except (ValueError, OverflowError, KeyError):
        return None


def _modified_utf7(name: str) -> str:
    """A folder's name as IMAP wants it (RFC 3501, section 5.1.3)."""
    written: list[str] = []
    for part in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name):
        if part.isascii() and part.isprintable():
            written.append(part.replace("&", "&-"))
        else:
            packed = part.encode("utf-7").decode("ascii")
            written.append("&" + packed[1:].removesuffix("-").replace("/", ",") + "-")
    return "".join(written)
