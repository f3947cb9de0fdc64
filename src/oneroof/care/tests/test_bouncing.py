"""Machines answer, and replies come back: neither is a customer's word, and a returned reply is work again."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.care.actions.bouncing import note_bounces
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import send_reply
from oneroof.care.actions.states import close_conversation
from oneroof.care.actions.unsure import send_again
from oneroof.care.events import ReplySent
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.outbox.outcomes import mark_sent
from oneroof.care.queries.conversation import thread
from oneroof.care.subscribers import on_reply_sent
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import AUTO_REPLY, BOUNCE, UNVERIFIED
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
REASON = "mia@customer.example: 550 5.1.1 No such user"


@pytest.fixture
def reply(conversation: Conversation, agent: User) -> Reply:
    """Sent."""
    claim_conversation(agent, conversation.pk)
    queued = send_reply(agent, conversation.pk, "A new seal is on its way.")
    _sent(queued)
    return queued


def soon() -> float:
    """Minutes from the first post to a little later than now."""
    return (clock.now() - START) / timedelta(minutes=1) + 5


def _sent(reply: Reply) -> None:
    mark_sent(reply, external_id=reply.key, url="javascript:alert(1)")
    assert reply.url == ""
    on_reply_sent(ReplySent(reply.pk, reply.conversation_id, by_hand=False))


def bounce(hear: Hear, form: Source, reply: Reply, name: str = "bounce") -> None:
    hear(form, said(name, REASON, minute=9, author="mailer-daemon", parent_id=reply.key, kind=BOUNCE))
    note_bounces(form.pk, list(Post.objects.filter(external_id=name).values_list("pk", flat=True)))


def test_a_returned_reply_has_failed_for_the_reason_and_the_customer_waits_again(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation
) -> None:
    bounce(hear, form, reply)
    reply.refresh_from_db()
    conversation.refresh_from_db()
    assert (reply.state, reply.reason) == (ReplyState.FAILED, REASON)
    assert (conversation.state, conversation.awaiting_since) == ("open", conversation.customer_said_at)
    assert (conversation.ours_said_at, conversation.first_response_at) == (None, None)
    assert Notice.objects.filter(kind="reply_failed", user=reply.author).exists()
    assert [each.text for each in thread(conversation)][-1] in (REASON, reply.text)


def test_told_twice_it_comes_back_once(form: Source, hear: Hear, reply: Reply, agent: User) -> None:
    bounce(hear, form, reply)
    send_again(agent, reply.pk)
    reply.refresh_from_db()
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        _sent(reply)
    bounce(hear, form, reply)
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        bounce(hear, form, reply, "another bounce")
    reply.refresh_from_db()
    assert reply.state == ReplyState.FAILED


def test_a_closed_conversation_is_opened_again(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation, agent: User
) -> None:
    close_conversation(agent, conversation.pk, "solved")
    bounce(hear, form, reply)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.outcome, conversation.resolved_at) == ("open", None, None)


def test_one_that_was_answered_since_stays_answered(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation, agent: User
) -> None:
    later = send_reply(agent, conversation.pk, "It left today.", follows=reply.pk)
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        _sent(later)
    bounce(hear, form, reply)
    conversation.refresh_from_db()
    later.refresh_from_db()
    assert (conversation.state, conversation.first_response_at) == ("waiting", later.sent_at)


def test_a_bounce_of_a_letter_that_is_none_of_ours_opens_nothing(form: Source, hear: Hear) -> None:
    assert hear(form, said("bounce", REASON, parent_id="newsletter@brumi", kind=BOUNCE)) == []


def test_an_automatic_answer_opens_nothing_and_takes_nothing_up_again(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation
) -> None:
    assert hear(form, said("away", "I am away. Help! My kettle leaks?", kind=AUTO_REPLY)) == []
    away = Post.objects.get(external_id="away")
    assert (away.need, away.risk, away.need_reasons) == (
        0,
        None,
        [{"code": "automatic", "points": 0, "params": {}}],
    )
    answer = said("away too", "I am away.", minute=soon(), parent_id=reply.key, kind=AUTO_REPLY)
    assert hear(form, answer) == [conversation]
    conversation.refresh_from_db()
    assert conversation.state == "waiting"
    assert "I am away." in [each.text for each in thread(conversation)]


def test_the_customers_answer_to_our_reply_continues_the_conversation(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation
) -> None:
    assert hear(form, said("thanks", "Thanks! And the lid?", minute=soon(), parent_id=reply.key)) == [
        conversation
    ]
    conversation.refresh_from_db()
    assert conversation.state == "open"


def test_our_own_copy_does_not_undo_a_bounce(form: Source, hear: Hear, reply: Reply) -> None:
    bounce(hear, form, reply)
    hear(form, said(reply.key, reply.text, minute=10, author="brumi", said_by_us=True))
    reply.refresh_from_db()
    assert reply.state == ReplyState.FAILED


def test_the_page_tells_machines_and_doubtful_senders_from_customers(
    form: Source, hear: Hear, reply: Reply, conversation: Conversation, agent: User, client: Client
) -> None:
    for kind in (AUTO_REPLY, BOUNCE, UNVERIFIED):
        hear(form, said(kind, "hm", parent_id=reply.key, kind=kind))
    client.force_login(agent)
    page = client.get(f"/desk/inbox/{conversation.pk}/").text
    assert all(word in page for word in ("Automatic answer", "Could not be delivered", "Sender not verified"))
