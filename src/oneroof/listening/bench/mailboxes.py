"""A server with a mailbox for each name, in which a letter arrives each minute: as much of IMAP as we ask."""

import argparse
import random
import re
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from socketserver import StreamRequestHandler, ThreadingTCPServer

from oneroof.core.lifeline import die_with_parent
from oneroof.listening.bench.sample import Language, make_posts

NEW_EVERY = 60
KEPT = 20
TEXTS = 2_000
FROM = re.compile(r"UID (\d+):\*")


def main() -> None:
    """Prints its port and serves until its parent ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    die_with_parent(parser.parse_args().parent)
    server = Mailboxes()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


class Mailboxes(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        rng = random.Random(6)  # noqa: S311 - made-up text, not a secret
        self.texts = [post.text for post in make_posts(Language(1), TEXTS, rng.randrange(99))]

    def letter(self, mailbox: str, uid: int) -> bytes:
        letter = EmailMessage()
        letter["From"] = f"User {uid % 50} <user{uid % 50}@customers.example>"
        letter["To"] = "care@company.example"
        letter["Message-ID"] = f"<{mailbox}-{uid}@customers.example>"
        letter["Date"] = format_datetime(came_at(uid))
        letter["Subject"] = f"Letter {uid}"
        letter.set_content(self.texts[(uid * 7 + sum(map(ord, mailbox))) % TEXTS])
        return letter.as_bytes()


def newest() -> int:
    return int(time.time()) // NEW_EVERY


def came_at(uid: int) -> datetime:
    return datetime.fromtimestamp(uid * NEW_EVERY, UTC)


class _Talk(StreamRequestHandler):
    server: Mailboxes
    mailbox = ""

    def handle(self) -> None:
        with suppress(OSError):  # whoever has said LOGOUT need not stay for the answer
            self._talk()

    def _talk(self) -> None:
        self._say("* OK ready")
        while asked := self.rfile.readline().decode("utf-8", "replace").split(" ", 2):
            tag, name, rest = ([each.strip() for each in asked] + ["", ""])[:3]
            if not tag:
                return
            if name.upper() == "UID":
                name, _space, rest = rest.partition(" ")
            self._answer(name.upper(), rest)
            self._say(f"{tag} OK done")

    def _answer(self, name: str, rest: str) -> None:
        match name:
            case "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
            case "AUTHENTICATE":
                self._say("+ ")
                self.rfile.readline()
            case "EXAMINE":
                self._open(rest.strip('"'))
            case "SEARCH":
                self._search(rest)
            case "FETCH":
                self._fetch(*rest.split(" ", 1))
            case "LOGOUT":
                self._say("* BYE so long")

    def _open(self, mailbox: str) -> None:
        self.mailbox = mailbox
        self._say(f"* {KEPT} EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n* OK [UIDNEXT {newest() + 1}] next")

    def _search(self, rest: str) -> None:
        last, asked = newest(), FROM.search(rest)
        first = max(min(int(asked[1]), last) if asked else 1, last - KEPT + 1)
        self._say("* SEARCH " + " ".join(map(str, range(first, last + 1))))

    def _fetch(self, uids: str, wanted: str) -> None:
        for uid in map(int, uids.split(",")):
            raw = self.server.letter(self.mailbox, uid)
            if "PEEK" in wanted:
                self._say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}")
                self.wfile.write(raw + b")\r\n")
            else:
                came = came_at(uid).strftime("%d-%b-%Y %H:%M:%S +0000")
                self._say(f'* 1 FETCH (UID {uid} INTERNALDATE "{came}" RFC822.SIZE {len(raw)})')

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


if __name__ == "__main__":
    main()
