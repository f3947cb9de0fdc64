"""From a question in our community to an answer there, through the inbox."""

import pytest

from oneroof.accounts.models import User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.opening import open_conversations
from oneroof.care.actions.replies import send_reply
from oneroof.care.actions.unanswered import take_unanswered
from oneroof.care.models import Conversation, Reply, ReplyState, State
from oneroof.care.outbox.sending import drain
from oneroof.community.actions.hearing import hear
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Status
from oneroof.listening.models import PostKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(member: User) -> Entry:
    return ask(member, "My kettle leaks. What now?", "It drips from the seal.")


def test_a_question_that_waited_is_answered_from_the_inbox_exactly_once(asked: Entry, agent: User) -> None:
    for _again in range(2):
        take_unanswered(asked.pk)
    conversation = Conversation.objects.get()
    assert "My kettle leaks" in conversation.subject
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, "A new **seal** is on its way.")
    assert drain(reply.source_id) == 1
    assert drain(reply.source_id) == 0
    said = Entry.objects.get(kind="answer")
    assert (said.body, said.author.user) == ("A new **seal** is on its way.", agent)
    asked.refresh_from_db()
    assert (asked.answers, asked.status) == (1, Status.ANSWERED)
    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (ReplyState.SENT, str(said.pk))


def test_what_comes_of_it_is_heard_as_our_own_word_and_is_no_new_work(asked: Entry, agent: User) -> None:
    take_unanswered(asked.pk)
    conversation = Conversation.objects.get()
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, "A new seal is on its way.")
    drain(reply.source_id)
    said = Entry.objects.get(kind="answer")
    hear(said.pk)
    key = PostKey.objects.get(external_id=str(said.pk))
    open_conversations(reply.source_id, [key.pk])
    conversation.refresh_from_db()
    assert (Conversation.objects.count(), conversation.state) == (1, State.WAITING)
    assert Reply.objects.get().heard_as == key


def test_a_killed_sender_leaves_one_answer(asked: Entry, agent: User) -> None:
    """It died after the answer stood there and before it was written down."""
    take_unanswered(asked.pk)
    conversation = Conversation.objects.get()
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, "A new seal is on its way.")
    drain(reply.source_id)
    Reply.objects.update(state=ReplyState.QUEUED, external_id="", sent_at=None)
    drain(reply.source_id)
    assert Entry.objects.filter(kind="answer").count() == 1
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT


def test_what_was_answered_meanwhile_is_left_alone(asked: Entry, agent: User) -> None:
    answer(agent, asked.pk, "Turn it round.")
    take_unanswered(asked.pk)
    assert not Conversation.objects.exists()
