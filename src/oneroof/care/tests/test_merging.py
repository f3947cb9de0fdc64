"""A late parent joins two threads: two conversations become one, and nothing of either is lost."""

from datetime import timedelta

import pytest

from oneroof.accounts.models import AuditEntry, User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.merging import follow_threads
from oneroof.care.actions.notes import add_note, add_tag
from oneroof.care.actions.replies import save_draft, send_reply
from oneroof.care.models import Conversation, Reply
from oneroof.care.outbox.questions import claim_question
from oneroof.care.queries.conversation import conversation as read
from oneroof.care.queries.conversation import thread
from oneroof.care.tests.conftest import Hear, said
from oneroof.listening.models import PostKey, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(form: Source, hear: Hear) -> tuple[Conversation, Conversation]:
    """Two threads; the second one turns out to hang under the first."""
    (elder,) = hear(form, said("1", "It leaks."))
    (younger,) = hear(form, said("3", "And it hisses.", parent_id="2", minute=9))
    return elder, younger


def join(form: Source, hear: Hear, younger: Conversation) -> None:
    old = younger.thread_id
    hear(form, said("2", "At the lid.", parent_id="1", minute=5))
    follow_threads(form.pk, [old])


def test_two_become_one_with_all_that_hangs_on_them(
    form: Source, hear: Hear, two: tuple[Conversation, Conversation], agent: User, teammate: User
) -> None:
    elder, younger = two
    add_note(agent, elder.pk, "first")
    add_note(agent, younger.pk, "second")
    add_tag(agent, elder.pk, "lid")
    add_tag(agent, younger.pk, "lid")
    add_tag(agent, younger.pk, "noise")
    save_draft(agent, elder.pk, "Dear")
    save_draft(agent, younger.pk, "Hello")
    claim_conversation(teammate, elder.pk)
    join(form, hear, younger)
    elder.refresh_from_db()
    younger.refresh_from_db()
    assert younger.merged_into == elder
    assert [note.text for note in elder.notes.all()] == ["first", "second"]
    assert {tag.name for tag in elder.tags.all()} == {"lid", "noise"}
    assert elder.replies.get().text == "Dear\n\nHello"
    assert elder.claimant == teammate
    assert [each.text for each in thread(elder)] == ["It leaks.", "At the lid.", "And it hisses."]
    assert elder.posts_count == 3
    assert AuditEntry.objects.get(verb="conversation.merged").before == {
        "conversations": [elder.pk, younger.pk]
    }


def test_told_twice_it_merges_once(form: Source, hear: Hear, two: tuple[Conversation, Conversation]) -> None:
    old = two[1].thread_id
    join(form, hear, two[1])
    follow_threads(form.pk, [old])
    assert AuditEntry.objects.filter(verb="conversation.merged").count() == 1
    assert Conversation.objects.whole().count() == 1


def test_the_youngers_address_leads_to_the_elder_and_may_be_claimed_there(
    form: Source, hear: Hear, two: tuple[Conversation, Conversation], agent: User
) -> None:
    elder, younger = two
    join(form, hear, younger)
    assert read(younger.pk) == elder
    assert claim_conversation(agent, younger.pk) == elder


def test_a_reply_given_in_the_younger_still_goes(
    form: Source, hear: Hear, two: tuple[Conversation, Conversation], agent: User
) -> None:
    elder, younger = two
    claim_conversation(agent, younger.pk)
    reply = send_reply(agent, younger.pk, "On its way.")
    join(form, hear, younger)
    reply.refresh_from_db()
    elder.refresh_from_db()
    assert (reply.conversation, elder.claimant) == (elder, agent)
    assert claim_question(elder, reply) == ""


def test_the_elders_holder_is_asked_before_the_youngers_reply_goes(
    form: Source, hear: Hear, two: tuple[Conversation, Conversation], agent: User, teammate: User
) -> None:
    elder, younger = two
    claim_conversation(agent, younger.pk)
    reply = send_reply(agent, younger.pk, "On its way.")
    claim_conversation(teammate, elder.pk)
    join(form, hear, younger)
    reply.refresh_from_db()
    elder.refresh_from_db()
    assert str(teammate) in claim_question(elder, reply)


def test_a_thread_that_only_moved_keeps_its_conversation(form: Source, hear: Hear, agent: User) -> None:
    (conversation,) = hear(form, said("3", "And it hisses.", parent_id="2", minute=9))
    claim_conversation(agent, conversation.pk)
    old = conversation.thread_id
    hear(form, said("2", "At the lid.", parent_id="1", author="brumi", minute=5))
    follow_threads(form.pk, [old])
    conversation.refresh_from_db()
    assert conversation.thread == PostKey.objects.get(external_id="1")
    assert conversation.claimant == agent
    assert Conversation.objects.whole().get() == conversation
    assert not Reply.objects.exists()


def test_clocks_run_from_the_earliest_word(
    form: Source, hear: Hear, two: tuple[Conversation, Conversation]
) -> None:
    elder, younger = two
    join(form, hear, younger)
    elder.refresh_from_db()
    assert elder.opened_at == elder.awaiting_since
    assert elder.opened_at == younger.opened_at - timedelta(minutes=9)
