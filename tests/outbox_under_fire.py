"""Replies sent by a real worker that is killed at random moments: what every network's test of it needs."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from oneroof.accounts.models import User
from oneroof.care.actions.opening import open_conversations
from oneroof.care.actions.replies import new_key
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.outbox.sending import drain
from oneroof.care.outbox.waking import wake_outbox
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost

SAID = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE = 1_800.0


def until(is_true: Callable[[], bool], what: str, every: float = 0.05) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < give_up, f"never: {what}"
        time.sleep(every)


def start_worker() -> subprocess.Popen[bytes]:
    database = urlsplit(settings.DATABASE_URL)
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(database._replace(path=f"/{name}")),
        "ONEROOF_LOG_LEVEL": "ERROR",
        "ONEROOF_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    return subprocess.Popen([sys.executable, "-m", "oneroof.config.children", "worker"], env=environment)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL; and what takes a dead worker ten seconds to be noticed by is made to have been so."""
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def customers(count: int) -> list[RawPost]:
    """As many posts, each by somebody else."""
    return [
        RawPost(
            external_id=f"letter-{number}@customers.example",
            author_handle=f"customer{number}@customers.example",
            text=f"My kettle number {number} leaks. What now?",
            created_at=SAID + timedelta(seconds=number),
        )
        for number in range(count)
    ]


def queue_replies(source: Source, agent: User, posts: list[RawPost], text: str) -> None:
    """Of each post a claimed conversation and a queued reply."""
    for start in range(0, len(posts), 1_000):
        receive_posts(source, posts[start : start + 1_000])
    open_conversations(source.pk, list(Post.objects.values_list("pk", flat=True)))
    now = clock.now()
    Conversation.objects.update(claimant=agent, claim_token=7, claim_expires_at=now + timedelta(minutes=15))
    texts = dict(Post.objects.values_list("pk", "text"))
    Reply.objects.bulk_create(
        Reply(
            conversation_id=conversation,
            source=source,
            post_id=post,
            author=agent,
            text=text,
            state=ReplyState.QUEUED,
            key=new_key(),
            claim_token=7,
            text_answered=texts[post],
            queued_at=now,
        )
        for conversation, post in Conversation.objects.values_list("pk", "latest_post_id")
    )


def send_under_fire(source: Source, taken: Callable[[], int], *, replies: int, kills: int) -> None:
    """Send what is queued, killing the worker at random moments between ``taken`` of the far side; what a killed
    one left is settled at the end."""
    chance = random.Random(7)
    wake_outbox(source.pk)
    worker = start_worker()
    try:
        for turn in range(1, kills + 1):
            mark = replies * turn // (kills + 1)
            until(partial(_reaches, taken, mark), f"{mark} replies taken", 0.002)
            time.sleep(chance.random() * 0.02)
            kill(worker)
            worker = start_worker()
        until(lambda: not _is_due(), "all are sent", 0.2)
        until(lambda: Reply.objects.filter(state=ReplyState.SENDING).count() <= kills, "settled", 0.2)
        time.sleep(0.5)
    finally:
        kill(worker)
        _end_sessions_of_the_killed()
    Reply.objects.filter(state=ReplyState.SENDING).update(lease_expires_at=clock.ago(seconds=1))
    drain(source.pk)
    Reply.objects.filter(state=ReplyState.QUEUED).update(next_attempt_at=None)
    drain(source.pk)


def _end_sessions_of_the_killed() -> None:
    """PostgreSQL notices a client that is gone when it next speaks to it; the database is dropped before that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _reaches(taken: Callable[[], int], mark: int) -> bool:
    return taken() >= mark


def _is_due() -> bool:
    """Not those that wait for a further attempt."""
    return Reply.objects.filter(state=ReplyState.QUEUED, next_attempt_at=None).exists()
