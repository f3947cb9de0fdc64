"""One claimant: everybody else is told who."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.care.actions.claims import (
    CLAIM_LASTS,
    claim_conversation,
    release_claim,
    renew_claim,
    take_over,
)
from oneroof.care.actions.opening import open_conversations
from oneroof.care.errors import AlreadyClaimedError, NotHolderError
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import START, said
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


def test_who_claims_has_it_for_fifteen_minutes(conversation: Conversation, agent: User) -> None:
    with clock.frozen_at(START):
        claimed = claim_conversation(agent, conversation.pk)
    assert (claimed.claimant, claimed.claim_expires_at) == (agent, START + timedelta(minutes=15))
    assert claimed.first_helper == agent
    assert AuditEntry.objects.get(verb="conversation.claimed").actor == agent


def test_a_teammate_is_told_who_has_it(conversation: Conversation, agent: User, teammate: User) -> None:
    claim_conversation(agent, conversation.pk)
    with pytest.raises(AlreadyClaimedError) as refusal:
        claim_conversation(teammate, conversation.pk)
    assert refusal.value.by == agent
    assert str(agent) in str(refusal.value)


def test_an_outsider_may_not(conversation: Conversation, member: User) -> None:
    for action in (claim_conversation, renew_claim, release_claim, take_over):
        with pytest.raises(NotAllowed):
            action(member, conversation.pk)


def test_claiming_again_renews_and_keeps_the_token(conversation: Conversation, agent: User) -> None:
    first = claim_conversation(agent, conversation.pk)
    again = claim_conversation(agent, conversation.pk)
    assert again.claim_token == first.claim_token
    assert AuditEntry.objects.filter(verb="conversation.claimed").count() == 1


def test_a_claim_lapses_and_the_next_one_has_a_higher_token(
    conversation: Conversation, agent: User, teammate: User
) -> None:
    with clock.frozen_at(START):
        first = claim_conversation(agent, conversation.pk)
    with clock.frozen_at(START + CLAIM_LASTS):
        second = claim_conversation(teammate, conversation.pk)
        with pytest.raises(NotHolderError) as refusal:
            renew_claim(agent, conversation.pk)
    assert refusal.value.by == teammate
    assert second.claim_token > first.claim_token
    assert second.first_helper == agent


def test_typing_keeps_it(conversation: Conversation, agent: User, teammate: User) -> None:
    with clock.frozen_at(START):
        claim_conversation(agent, conversation.pk)
    with clock.frozen_at(START + timedelta(minutes=14)):
        assert renew_claim(agent, conversation.pk) == START + timedelta(minutes=29)
    with clock.frozen_at(START + timedelta(minutes=28)), pytest.raises(AlreadyClaimedError):
        claim_conversation(teammate, conversation.pk)


def test_letting_go_frees_it_and_others_cannot_let_go_for_one(
    conversation: Conversation, agent: User, teammate: User
) -> None:
    claim_conversation(agent, conversation.pk)
    release_claim(teammate, conversation.pk)
    with pytest.raises(AlreadyClaimedError):
        claim_conversation(teammate, conversation.pk)
    release_claim(agent, conversation.pk)
    assert claim_conversation(teammate, conversation.pk).claimant == teammate


def test_a_lead_takes_over_and_it_is_told_and_written_down(
    conversation: Conversation, agent: User, lead: User
) -> None:
    claim_conversation(agent, conversation.pk)
    taken = take_over(lead, conversation.pk)
    assert (taken.claimant, taken.first_helper) == (lead, agent)
    entry = AuditEntry.objects.get(verb="conversation.taken_over")
    assert (entry.before["claimant"], entry.after["claimant"]) == (str(agent), str(lead))
    assert Notice.objects.filter(user=agent, kind="taken_over").exists()


def test_an_agent_takes_over_nothing(conversation: Conversation, agent: User, teammate: User) -> None:
    claim_conversation(agent, conversation.pk)
    with pytest.raises(NotAllowed):
        take_over(teammate, conversation.pk)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_one_has_it_and_49_are_told_who() -> None:
    source = Source.objects.create(
        network="webhook", name="form", settings={"reply_url": "http://x.example/"}
    )
    receive_posts(source, [said("1")])
    open_conversations(source.pk, list(Post.objects.values_list("pk", flat=True)))
    conversation = Conversation.objects.get()
    people = [User.objects.create_user(f"a{number}@company.example", role=Role.AGENT) for number in range(50)]
    start, outcomes = threading.Barrier(50), []

    def claim(person: User) -> None:
        start.wait()
        try:
            outcomes.append(("has", claim_conversation(person, conversation.pk).claimant_id))
        except AlreadyClaimedError as refusal:
            outcomes.append(("told", refusal.by.pk))
        finally:
            connection.close()

    crowd = [threading.Thread(target=claim, args=(person,)) for person in people]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    winners = [who for what, who in outcomes if what == "has"]
    assert len(winners) == 1
    assert [who for what, who in outcomes if what == "told"] == winners * 49
