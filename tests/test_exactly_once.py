"""Replies through a real SMTP server that hangs up after accepting, by a worker that is killed on the way.

No customer gets two, none is lost, and the unsure ones wait for a person.
"""

import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest

from oneroof.accounts.models import User
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.listening.models import Source
from tests.outbox_under_fire import customers, queue_replies, send_under_fire, until
from tests.running import free_port

SMTP_SERVER = Path(__file__).with_name("smtp_that_drops.py")
TEXT = "A new seal is on its way.\n\n.\n\nWith kind regards"


class Taken:
    """What the SMTP server has taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def count(self) -> int:
        return self.path.read_bytes().count(b"\n")

    def letters(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of each."""
        lines = self.path.read_text().splitlines()
        return [(line.split()[0], line.split()[1].strip("<>")) for line in lines]


@contextmanager
def smtp_server(taken: Taken) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen([sys.executable, str(SMTP_SERVER), str(port), str(taken.path)])
    try:
        until(lambda: _listens(port), "the SMTP server listens")
        yield port
    finally:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def letters_under_fire(tmp_path: Path, agent: User, *, replies: int, kills: int) -> tuple[Taken, int]:
    """The letters taken, and after how many of them the server hung up."""
    taken = Taken(tmp_path / "taken")
    with smtp_server(taken) as port:
        source = Source.objects.create(
            network="email",
            name="care mailbox",
            settings={
                "address": "care@brumi.example",
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
            },
        )
        queue_replies(source, agent, customers(replies), TEXT)
        send_under_fire(source, taken.count, replies=replies, kills=kills)
    return taken, sum(1 for _to, name in taken.letters() if _is_dropped(name))


def _is_dropped(name: str) -> bool:
    return crc32(f"<{name}>".encode()) % 10 == 0


def check(taken: Taken, dropped: int, *, replies: int, kills: int) -> None:
    letters = taken.letters()
    assert max(Counter(to for to, _name in letters).values()) == 1, "a customer got two"
    states = Counter(Reply.objects.values_list("state", flat=True))
    assert set(states) <= {"sent", "unknown"}, states
    assert sum(states.values()) == replies
    names = {name for _to, name in letters}
    sent = set(Reply.objects.filter(state=ReplyState.SENT).values_list("key", flat=True))
    unsure = set(Reply.objects.filter(state=ReplyState.UNKNOWN).values_list("key", flat=True))
    assert sent <= names, "a reply that counts as sent was lost"
    assert names <= sent | unsure
    assert dropped > 0
    assert dropped <= len(unsure) <= dropped + kills, "only what nobody can know waits for a person"
    answered = Conversation.objects.filter(state="waiting", first_response_at__isnull=False)
    assert answered.count() == len(sent)


@pytest.mark.django_db(transaction=True)
def test_120_replies_and_two_kills(tmp_path: Path, agent: User) -> None:
    taken, dropped = letters_under_fire(tmp_path, agent, replies=120, kills=2)
    check(taken, dropped, replies=120, kills=2)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_10_000_replies_and_ten_kills(tmp_path: Path, agent: User) -> None:
    taken, dropped = letters_under_fire(tmp_path, agent, replies=10_000, kills=10)
    check(taken, dropped, replies=10_000, kills=10)
