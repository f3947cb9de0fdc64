"""Whether one listener asks very many sources in time."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import connection

from oneroof.core import clock
from oneroof.core.scratch import machine, scratch_database
from oneroof.listening.actions.sources import add_source
from oneroof.listening.bench.ingest import store_watches
from oneroof.listening.bench.running import Memory, cpu_and_clock, cpu_share, far_side
from oneroof.listening.bench.sample import Language, make_watches
from oneroof.listening.listener import Listener
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import networks

TIMELINES = "oneroof.listening.bench.timelines"
MAILBOXES = "oneroof.listening.bench.mailboxes"
WATCHES = 1_000
LOOK_EVERY, WAITED = 0.5, 5.0


def measure_poll(sources: int, seconds: float) -> dict[str, Any]:
    """Ask so many sources for so many seconds, each as often as its network wants it, by one process.

    ``first_round_s`` is how long all that are new, and so due at the same moment, had to wait for one another;
    ``most_overdue_s`` how late the latest was after that (a listener looks round once a second). ``memory_mb`` is
    this process's at the beginning, after each quarter, and at the end.
    """
    with scratch_database(), far_side(TIMELINES) as port, far_side(MAILBOXES) as mail, _loopback_allowed():
        store_watches(make_watches(Language(1), WATCHES, 2))
        for number in range(sources):
            key, name, asked = _kind(number, f"http://127.0.0.1:{port}", mail)
            add_source(None, key, name, asked)
        began = cpu_and_clock()
        with Memory() as memory:
            told = _listen(seconds)
        share = cpu_share(began)
        told |= {"posts_stored": Post.objects.count(), "failing": Source.objects.exclude(failures=0).count()}
    sys.stderr.write(f"{sources:,} sources, at most {told['most_overdue_s']} s overdue\n")
    return {
        "machine": machine(),
        "sources": sources,
        "seconds": seconds,
        **told,
        "cpu_of_one_core": share,
        "memory_mb": memory.quarters(),
        "memory_most_mb": max(memory.seen),
    }


def _kind(number: int, at: str, mail: int) -> tuple[str, str, Mapping[str, Any]]:
    """Tokens and keys of their own give those of Mastodon and Stack Exchange budgets of their own."""
    match number % 6:
        case 0:
            return "rss", f"Feed {number}", {"address": f"{at}/feed/{number}", "minutes": 5}
        case 1:
            token = {"access_token": f"token-{number}", "stream": False, "days_back": 0}
            return "mastodon", f"Mastodon {number}", {"instance": at, "query": f"tag{number}", **token}
        case 2:
            return "bluesky", f"Bluesky {number}", {"query": f"words{number}", "appview": at, "days_back": 0}
        case 3:
            return "email", f"Mailbox {number}", _mailbox(number, mail)
        case 4:
            address = {"address": f"{at}/2.3", "key": f"key-{number}", "days_back": 0}
            return (
                "stackexchange",
                f"Stack Exchange {number}",
                {"site": "cooking", "tags": f"tag{number}", **address},
            )
        case _:
            address = {"address": f"{at}/api/v1", "days_back": 0}
            return "hackernews", f"Hacker News {number}", {"query": f"words{number}", **address}


def _mailbox(number: int, port: int) -> Mapping[str, Any]:
    """Asked, and not idled in: what idles keeps a connection, and is never late."""
    server = {"imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none", "stream": False}
    account = {"imap_user": f"user-{number}", "imap_password": "open sesame", "folder": f"box-{number}"}
    return {"address": f"care-{number}@company.example", **server, **account, "days_back": 0}


@contextmanager
def _loopback_allowed() -> Iterator[None]:
    before = settings.ALLOWED_PRIVATE_NETWORKS
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    try:
        yield
    finally:
        settings.ALLOWED_PRIVATE_NETWORKS = before


def _listen(seconds: float) -> dict[str, Any]:
    over, listener = Event(), Listener(networks())

    def listen() -> None:
        listener.listen(over)
        listener.wait(WAITED)
        connection.close()

    thread = Thread(target=listen, daemon=True, name="listener")
    started = time.monotonic()
    thread.start()
    first_round, overdue = None, []
    while time.monotonic() - started < seconds:
        time.sleep(LOOK_EVERY)
        if first_round is not None:
            overdue.append(_most_overdue())
        elif not Source.objects.filter(last_success_at=None).exists():
            first_round = round(time.monotonic() - started, 1)
    over.set()
    thread.join()
    waiting = Source.objects.filter(last_success_at=None).count()
    most = round(max(overdue), 1) if overdue else None
    return {"first_round_s": first_round, "never_heard": waiting, "most_overdue_s": most}


def _most_overdue() -> float:
    earliest = Source.objects.order_by("next_poll_at").values_list("next_poll_at", flat=True)[0]
    return max(timedelta(0), clock.now() - earliest).total_seconds() if earliest else 0.0
