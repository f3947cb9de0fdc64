"""Replies leave with tokens that were exchanged on the way; where none is given, nothing is sent, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox.sending import drain, sender_of, settle_abandoned
from oneroof.core import clock
from oneroof.core.testing.web import answer
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.tests.contract import said
from oneroof.listening.sources.x.tests.counterpart import ACCESS, REFRESH, XCounterpart

from .outbox_under_fire import queue_replies

TOKENS = "/2/oauth2/token"
QUESTION = said(1, "My kettle leaks. What now?")


@pytest.fixture
def far(settings: Any) -> Iterator[XCounterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with XCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def source(far: XCounterpart, agent: User) -> Source:
    given = {**far.settings(), "refresh_token": f"{REFRESH}-1"}
    source = add_source(None, "x", "brumi", given)
    post = RawPost(
        external_id=far.external_id("1"),
        author_handle="mia",
        text=QUESTION.text,
        created_at=QUESTION.at,
        addressed_to_us=True,
    )
    queue_replies(source, agent, [post], "A new seal is on its way.")
    return source


def test_the_token_is_exchanged_and_the_reply_leaves(far: XCounterpart, source: Source) -> None:
    drain(source.pk)
    assert Reply.objects.get().state == ReplyState.SENT
    assert [each.text for each in far.standing()] == ["A new seal is on its way."]
    known = settings_of(Source.objects.get())
    assert (known["access_token"], known["refresh_token"]) == (f"{ACCESS}-2", f"{REFRESH}-2")
    assert sum(each.path == TOKENS for each in far.web.asked) == 1


def test_a_token_that_is_not_taken_fails_the_reply_with_its_reason(far: XCounterpart, source: Source) -> None:
    far.renewals = 5
    drain(source.pk)
    reply = Reply.objects.get()
    assert (reply.state, far.attempts) == (ReplyState.FAILED, 0)
    assert "connect the account again" in reply.reason


def test_where_tokens_are_not_given_now_the_reply_waits(far: XCounterpart, source: Source) -> None:
    far.web.routes[TOKENS] = answer(status=503)
    drain(source.pk)
    assert (Reply.objects.get().state, far.attempts) == (ReplyState.QUEUED, 0)
    del far.web.routes[TOKENS]
    Reply.objects.update(next_attempt_at=None)
    drain(source.pk)
    assert Reply.objects.get().state == ReplyState.SENT


def test_what_nobody_knows_of_stays_unknown_where_we_may_not_look(far: XCounterpart, source: Source) -> None:
    far.web.routes[TOKENS] = answer(status=503)
    Reply.objects.update(
        state=ReplyState.SENDING, lease="somebody's", lease_expires_at=clock.ago(seconds=1), attempts=1
    )
    settle_abandoned(sender_of(source))
    assert Reply.objects.get().state == ReplyState.UNKNOWN
