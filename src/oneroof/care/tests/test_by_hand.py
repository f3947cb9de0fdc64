"""Answered by hand: it looks like no sending, a slip is undone, and what no lead saw is marked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.by_hand import answered_by_hand, not_answered_after_all
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import save_draft, send_reply
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation, Reply, ReplyState, State
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db


def at(name: str, number: int) -> str:
    return reverse(f"care:{name}", args=[number])


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def asked(forum: Source, hear: Hear) -> Conversation:
    with clock.frozen_at(START + timedelta(minutes=1)):
        return hear(forum, said("1", "@brumi my kettle leaks?", url="https://forum.example/1"))[0]


def answered(asked: Conversation, who: User) -> Reply:
    claim_conversation(who, asked.pk)
    return answered_by_hand(who, asked.pk, "Told them there")


def test_its_form_has_a_word_of_its_own_and_no_key_that_sends(asked: Conversation, agent: User) -> None:
    claim_conversation(agent, asked.pk)
    page = as_(agent).get(at("conversation", asked.pk)).text
    form = page[page.index('<form class="by-hand"') :]
    form = form[: form.index("</form>")]
    assert "Nothing is sent from here" in form
    assert "I answered it there" in form
    assert "Ctrl+Enter" not in form
    assert "https://forum.example/1" in form


def test_a_slip_is_undone_and_the_customer_waits_as_before(asked: Conversation, agent: User) -> None:
    before = (asked.state, asked.first_response_at, asked.ours_said_at, asked.awaiting_since)
    save_draft(agent, asked.pk, "Told them")
    reply = answered(asked, agent)
    asked.refresh_from_db()
    assert (asked.state, asked.first_response_at) == (State.WAITING, reply.sent_at)
    assert not Reply.objects.filter(state=ReplyState.DRAFT).exists()
    page = as_(agent).get(at("conversation", asked.pk)).text
    assert at("not_answered", reply.pk) in page
    as_(agent).post(at("not_answered", reply.pk))
    asked.refresh_from_db()
    assert (asked.state, asked.first_response_at, asked.ours_said_at, asked.awaiting_since) == before
    assert not_answered_after_all(agent, reply.pk).state == ReplyState.WITHDRAWN  # twice is once
    assert answered_by_hand(agent, asked.pk).pk != reply.pk


def test_what_else_we_said_still_counts_after_a_slip(
    asked: Conversation, forum: Source, hear: Hear, agent: User
) -> None:
    hear(forum, said("2", "Turn it off.", author="brumi", parent_id="1", minute=5))
    hear(forum, said("3", "And now?", parent_id="2", minute=9))
    reply = answered(asked, agent)
    not_answered_after_all(agent, reply.pk)
    asked.refresh_from_db()
    assert asked.first_response_at == asked.ours_said_at == START + timedelta(minutes=5)
    assert (asked.state, asked.awaiting_since) == (State.OPEN, START + timedelta(minutes=9))


def test_only_who_said_so_or_a_lead_undoes_it(
    asked: Conversation, agent: User, teammate: User, lead: User, member: User
) -> None:
    reply = answered(asked, agent)
    for person in (teammate, member):
        with pytest.raises(NotAllowed):
            not_answered_after_all(person, reply.pk)
    assert at("not_answered", reply.pk) not in as_(teammate).get(at("conversation", asked.pk)).text
    assert as_(member).post(at("not_answered", reply.pk)).status_code == 404
    assert not_answered_after_all(lead, reply.pk).state == ReplyState.WITHDRAWN


def test_what_was_sent_from_here_is_not_undone_so(conversation: Conversation, agent: User) -> None:
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, "On its way.")
    with pytest.raises(CareError, match="by hand"):
        not_answered_after_all(agent, reply.pk)


def test_a_volunteers_is_marked_as_unseen_by_a_lead(
    asked: Conversation, volunteer: User, agent: User, lead: User
) -> None:
    claim_conversation(volunteer, asked.pk)
    assert "marked as said without a lead" in as_(volunteer).get(at("conversation", asked.pk)).text
    reply = answered_by_hand(volunteer, asked.pk)
    assert "Without a lead" in as_(lead).get(at("conversation", asked.pk)).text
    Reply.objects.filter(pk=reply.pk).update(author=agent)
    assert "Without a lead" not in as_(lead).get(at("conversation", asked.pk)).text
