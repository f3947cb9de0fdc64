"""A sender that is killed at each step of sending a letter, and an SMTP server on its bad days."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from oneroof.accounts.models import User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.opening import open_conversations
from oneroof.care.actions.replies import new_key, send_reply
from oneroof.care.actions.unsure import send_again
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.outbox.sending import drain
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.email import smtp

from .outbox_under_fire import SAID
from .test_exactly_once import Taken, _is_dropped, smtp_server

SIGKILL = 9
KILLED = Path(__file__).with_name("killed_at.py")
# Of each step: what becomes of the reply once its lease is over, and how many letters left.
ENDS = {
    "before-intent": (ReplyState.SENT, 1),
    "after-intent": (ReplyState.UNKNOWN, 0),
    "before-dot": (ReplyState.UNKNOWN, 0),
    "after-word": (ReplyState.UNKNOWN, 1),
    "before-outcome": (ReplyState.UNKNOWN, 1),
    "within-outcome": (ReplyState.UNKNOWN, 1),
    "after-outcome": (ReplyState.SENT, 1),
}


def queued(step: str, port: int, agent: User) -> Reply:
    """A reply to a customer who is named after the step, from a mailbox of its own."""
    place = {"address": "care@brumi.example", "host": "127.0.0.1", "port": port, "security": "none"}
    source = Source.objects.create(network="email", name=step, settings=place)
    letter = RawPost(
        external_id=f"{step}@customers.example",
        author_handle=f"{step}@customers.example",
        text="My kettle leaks. What now?",
        created_at=SAID,
    )
    receive_posts(source, [letter])
    open_conversations(source.pk, list(Post.objects.filter(source=source).values_list("pk", flat=True)))
    conversation = Conversation.objects.get(source=source)
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, "A new seal is on its way.")
    reply.key = next(key for key in iter(new_key, None) if not _is_dropped(key))
    reply.save(update_fields=["key"])
    return reply


def send_and_die(replies: dict[str, Reply]) -> list[str]:
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    pairs = [f"{step}={reply.source_id}" for step, reply in replies.items()]
    done = subprocess.run(
        [sys.executable, str(KILLED), *pairs],
        env=os.environ | {"DATABASE_URL": urlunsplit(address)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def letters_by_step(taken: Taken) -> Counter[str]:
    return Counter(to.partition("@")[0] for to, _name in taken.letters())


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_step_none_goes_twice_and_the_unsure_ask(tmp_path: Path, agent: User) -> None:
    taken = Taken(tmp_path / "taken")
    with smtp_server(taken) as port:
        replies = {step: queued(step, port, agent) for step in ENDS}
        assert send_and_die(replies) == [f"{step} {SIGKILL}" for step in ENDS]
        for reply in replies.values():
            drain(reply.source_id)
        assert Reply.objects.filter(state=ReplyState.SENDING).count() == 5, "a live lease is respected"
        Reply.objects.filter(state=ReplyState.SENDING).update(lease_expires_at=clock.ago(seconds=1))
        for _twice in range(2):
            for reply in replies.values():
                drain(reply.source_id)
        letters = letters_by_step(taken)
        for step, reply in replies.items():
            reply.refresh_from_db()
            assert (reply.state, letters[step]) == ENDS[step], step
        send_again(agent, replies["before-dot"].pk)
        drain(replies["before-dot"].source_id)
        assert letters_by_step(taken)["before-dot"] == 1, "a person said that it had not gone"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_refuses_fails_or_waits_and_one_that_hangs_asks(
    tmp_path: Path, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 1.0)
    ends = {"nobody": ReplyState.FAILED, "busy": ReplyState.QUEUED, "silent": ReplyState.UNKNOWN}
    taken = Taken(tmp_path / "taken")
    with smtp_server(taken) as port:
        replies = {who: queued(who, port, agent) for who in ends}
        for _twice in range(2):
            for reply in replies.values():
                drain(reply.source_id)
    for who, reply in replies.items():
        reply.refresh_from_db()
        assert (reply.state, reply.attempts) == (ends[who], 1), who
    assert replies["busy"].next_attempt_at > clock.now()
    assert "550 no such mailbox" in replies["nobody"].reason
    assert letters_by_step(taken) == {"silent": 1}, "a letter of which nobody knows goes no second time"
