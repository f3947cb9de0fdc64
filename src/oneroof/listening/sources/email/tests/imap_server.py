"""A small IMAP server with its bad days, for the quick suite: what we ask for of RFC 3501, and IDLE (RFC 2177).

Refusals carry the codes of RFC 5530. Dovecot itself is asked in ``test_dovecot.py``.
"""

import re
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from oneroof.core.moments import MONTH_NAMES

USER, PASSWORD = "care@brumi.example", "open sesame"
ASKED = re.compile(rb"(\S+) (UID )?([A-Z]+) ?(.*)", re.IGNORECASE)
RANGE = re.compile(rb"UID (\d+):\*")
SINCE = re.compile(rb"SINCE (\d+)-(\w+)-(\d+)")
REFUSES_USER = {"401": "AUTHENTICATIONFAILED", "revoked": "EXPIRED"}
REFUSES_FOLDER = {
    "403": "NOPERM", "404": "NONEXISTENT", "409": "INUSE", "429": "LIMIT", "500": "SERVERBUG",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter in the mailbox."""

    uid: int
    raw: bytes
    came_at: datetime


@dataclass(slots=True)
class Folder:
    """What the server serves, and how it behaves: ``day`` names its bad day.

    ``asked`` are the commands that came, without their tags; ``fetched`` the UIDs of letters that were read.
    """

    letters: list[Kept] = field(default_factory=list)
    validity: int = 1
    following: int = 1
    day: str = ""
    hangs_for: float = 1.5
    capabilities: str = "IMAP4rev1 IDLE AUTH=PLAIN"
    asked: list[str] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    over: threading.Event = field(default_factory=threading.Event)

    def add(self, raw: bytes, came_at: datetime | None = None) -> int:
        """The UID that it gets; whoever idles is told."""
        with self.changed:
            uid = self.following
            self.letters.append(Kept(uid, raw, came_at or datetime.now(UTC)))
            self.following += 1
            self.changed.notify_all()
        return uid

    def make_anew(self) -> None:
        """The same letters under other numbers, as after a migration."""
        letters, self.letters = self.letters, []
        self.validity += 1
        self.following = 1
        for letter in letters:
            self.add(letter.raw, letter.came_at)


@contextmanager
def imap_server(folder: Folder) -> Iterator[int]:
    """Its port on this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, folder), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        folder.over.set()
        with folder.changed:
            folder.changed.notify_all()
        listener.close()


def _serve(listener: socket.socket, folder: Folder) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, folder), daemon=True).start()


def _talk(connection: socket.socket, folder: Folder) -> None:
    with connection, suppress(OSError, ValueError):
        connection.settimeout(30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Talk(connection, folder).go_on()


class Talk:
    """One client's session."""

    def __init__(self, connection: socket.socket, folder: Folder) -> None:
        self.connection, self.folder = connection, folder
        self.lines = connection.makefile("rb")

    def say(self, line: str | bytes) -> None:
        self.connection.sendall((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def go_on(self) -> None:
        if self.folder.day == "hangs":
            self.folder.over.wait(self.folder.hangs_for)
            return
        self.say("* OK ready")
        while asked := self.lines.readline():
            found = ASKED.match(asked.strip())
            if found is None:
                continue
            tag, _uid, name, rest = found.groups()
            self.folder.asked.append(f"{name.decode().upper()} {rest.decode('utf-8', 'replace')}".strip())
            answer = getattr(self, name.decode().lower(), None)
            if answer is None:
                self.say(tag + b" BAD unknown")
            elif answer(tag.decode(), rest) is False:
                return

    def capability(self, tag: str, _rest: bytes) -> None:
        self.say(f"* CAPABILITY {self.folder.capabilities}")
        self.say(f"{tag} OK done")

    def noop(self, tag: str, _rest: bytes) -> None:
        self.say(f"{tag} OK done")

    def logout(self, tag: str, _rest: bytes) -> bool:
        self.say("* BYE so long")
        self.say(f"{tag} OK done")
        return False

    def authenticate(self, tag: str, _rest: bytes) -> None:
        self.say("+ ")
        words = b64decode(self.lines.readline().strip()).decode().split("\0")
        code = REFUSES_USER.get(self.folder.day, "")
        if code or words[1:] != [USER, PASSWORD]:
            self.say(f"{tag} NO [{code or 'AUTHENTICATIONFAILED'}] not you, nor {words[2]}")
        else:
            self.say(f"{tag} OK in")

    def examine(self, tag: str, _rest: bytes) -> None:
        if code := REFUSES_FOLDER.get(self.folder.day):
            self.say(f"{tag} NO [{code}] not now")
            return
        self.say(f"* {len(self.folder.letters)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.folder.validity}] valid")
        self.say(f"* OK [UIDNEXT {self.folder.following}] next")
        self.say(f"{tag} OK [READ-ONLY] done")

    def search(self, tag: str, rest: bytes) -> bool | None:
        if self.folder.day == "hangs after":
            self.folder.over.wait(self.folder.hangs_for)
            return False
        if self.folder.day == "nonsense":
            self.say("* SEARCH (((\r\n<html>what?</html>")
            return False
        begins, since = RANGE.search(rest), SINCE.search(rest)
        first = int(begins[1]) if begins else 1
        newest = max((each.uid for each in self.folder.letters), default=0)
        found = [each.uid for each in self._since(since) if each.uid >= min(first, newest)]
        self.say("* SEARCH " + " ".join(map(str, found)))
        self.say(f"{tag} OK done")
        return None

    def _since(self, since: re.Match[bytes] | None) -> list[Kept]:
        if since is None:
            return self.folder.letters
        day, month, year = since.groups()
        begins = datetime(int(year), MONTH_NAMES.index(month.decode()) + 1, int(day), tzinfo=UTC)
        return [each for each in self.folder.letters if each.came_at >= begins]

    def fetch(self, tag: str, rest: bytes) -> bool | None:
        names, _space, wanted = rest.partition(b" ")
        uids = {int(name) for name in names.split(b",")}
        for number, letter in enumerate(self.folder.letters, start=1):
            if letter.uid not in uids:
                continue
            if b"PEEK" not in wanted:
                came = letter.came_at
                stamp = f"{came.day:2d}-{MONTH_NAMES[came.month - 1]}-{came:%Y %H:%M:%S} +0000"
                facts = f'UID {letter.uid} INTERNALDATE "{stamp}" RFC822.SIZE {len(letter.raw)}'
                self.say(f"* {number} FETCH ({facts})")
                continue
            self.folder.fetched.append(letter.uid)
            at_most = re.search(rb"<0\.(\d+)>", wanted)
            raw = letter.raw[: int(at_most[1])] if at_most else letter.raw
            self.connection.sendall(
                f"* {number} FETCH (UID {letter.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            )
            if self.folder.day == "hangs up":
                self.connection.sendall(raw[: len(raw) // 2])
                return False
            self.connection.sendall(raw)
            self.say(")")
        self.say(f"{tag} OK done")
        return None

    def idle(self, tag: str, _rest: bytes) -> bool | None:
        self.say("+ idling")
        done = threading.Event()
        threading.Thread(target=self._await_done, args=(done,), daemon=True).start()
        known = len(self.folder.letters)
        with self.folder.changed:
            while not done.is_set() and not self.folder.over.is_set():
                self.folder.changed.wait(0.05)
                if len(self.folder.letters) != known:
                    known = len(self.folder.letters)
                    self.say(f"* {known} EXISTS")
        if self.folder.over.is_set():
            return False
        self.say(f"{tag} OK done")
        return None

    def _await_done(self, done: threading.Event) -> None:
        with suppress(OSError, ValueError):
            self.lines.readline()
        done.set()
