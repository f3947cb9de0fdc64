"""Replies: only the holder's, one a post, approved where they must be, asked about before they go."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.models import AuditEntry, User
from oneroof.care.actions.approvals import approve_reply, grant_trust, send_back, take_back_trust
from oneroof.care.actions.by_hand import answered_by_hand
from oneroof.care.actions.claims import claim_conversation, release_claim
from oneroof.care.actions.opening import open_conversations
from oneroof.care.actions.replies import save_draft, send_reply, withdraw_reply
from oneroof.care.errors import (
    CareError,
    NotAnswerableError,
    NotHolderError,
    ReplyExistsError,
    RulesNotAcceptedError,
    TooLongError,
)
from oneroof.care.models import CareSettings, Conversation, Reply, ReplyState
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(conversation: Conversation, agent: User) -> Conversation:
    return claim_conversation(agent, conversation.pk)


def test_the_holders_reply_is_queued_under_the_claims_token(claimed: Conversation, agent: User) -> None:
    reply = send_reply(agent, claimed.pk, " A new seal is on its way. ")
    assert (reply.state, reply.text) == (ReplyState.QUEUED, "A new seal is on its way.")
    assert reply.claim_token == claimed.claim_token
    assert reply.post_id == claimed.latest_post_id
    assert AuditEntry.objects.filter(verb="reply.given", actor=agent).exists()


def test_nobody_else_may(
    claimed: Conversation, conversation: Conversation, teammate: User, member: User
) -> None:
    with pytest.raises(NotHolderError) as refusal:
        send_reply(teammate, claimed.pk, "Me first!")
    assert refusal.value.by == claimed.claimant
    with pytest.raises(NotAllowed):
        send_reply(member, claimed.pk, "Me too!")
    assert not Reply.objects.exists()


def test_a_lapsed_claim_gives_no_reply(claimed: Conversation, agent: User) -> None:
    assert claimed.claim_expires_at
    with clock.frozen_at(claimed.claim_expires_at), pytest.raises(NotHolderError):
        send_reply(agent, claimed.pk, "Too late.")


def test_a_second_reply_to_a_post_has_to_follow_the_first(claimed: Conversation, agent: User) -> None:
    first = send_reply(agent, claimed.pk, "One")
    with pytest.raises(ReplyExistsError) as refusal:
        send_reply(agent, claimed.pk, "One again")
    assert refusal.value.reply == first
    with pytest.raises(CareError, match="has gone out"):
        send_reply(agent, claimed.pk, "Two", follows=first.pk)
    Reply.objects.filter(pk=first.pk).update(state=ReplyState.SENT)
    assert send_reply(agent, claimed.pk, "Two", follows=first.pk).follows == first


def test_what_is_empty_or_too_long_does_not_leave(claimed: Conversation, agent: User) -> None:
    with pytest.raises(CareError, match="empty"):
        send_reply(agent, claimed.pk, "  ")
    with pytest.raises(TooLongError) as refusal:
        send_reply(agent, claimed.pk, "x" * 100_003)
    assert refusal.value.left == -3


def test_a_post_of_another_conversation_is_not_answered_here(
    claimed: Conversation, form: Source, agent: User, hear: Hear
) -> None:
    (other,) = hear(form, said("other", "Something else", minute=5))
    with pytest.raises(CareError, match="not in this conversation"):
        send_reply(agent, claimed.pk, "Hm", post_id=other.latest_post_id)


def test_rules_of_engagement_come_first_and_again_when_they_change(
    claimed: Conversation, agent: User, lead: User
) -> None:
    publish_rules(lead, "Be kind.")
    with pytest.raises(RulesNotAcceptedError) as refusal:
        send_reply(agent, claimed.pk, "Hi")
    accept_rules(agent, refusal.value.rules.version)
    publish_rules(lead, "Be kind and short.")
    with pytest.raises(RulesNotAcceptedError):
        send_reply(agent, claimed.pk, "Hi")
    accept_rules(agent, 2)
    assert send_reply(agent, claimed.pk, "Hi").state == ReplyState.QUEUED


def test_a_source_that_cannot_be_answered_is_answered_by_hand(forum: Source, agent: User, hear: Hear) -> None:
    (conversation,) = hear(forum, said("1", "@brumi help!"))
    claim_conversation(agent, conversation.pk)
    with pytest.raises(NotAnswerableError):
        send_reply(agent, conversation.pk, "Hi")
    first = answered_by_hand(agent, conversation.pk, "Told them there", "https://forum.example/9")
    again = answered_by_hand(agent, conversation.pk, "Told them there", "https://forum.example/9")
    conversation.refresh_from_db()
    assert (first.state, first.by_hand, again) == (ReplyState.SENT, True, first)
    assert conversation.state == "waiting"
    assert conversation.first_response_at is not None


def test_only_the_holder_says_that_it_was_answered(claimed: Conversation, teammate: User) -> None:
    with pytest.raises(NotHolderError):
        answered_by_hand(teammate, claimed.pk)


def test_a_draft_is_kept_once_an_author_and_goes_with_the_reply(
    claimed: Conversation, agent: User, teammate: User
) -> None:
    save_draft(agent, claimed.pk, "Dea")
    save_draft(agent, claimed.pk, "Dear customer")
    save_draft(teammate, claimed.pk, "My own")
    assert set(Reply.objects.values_list("text", flat=True)) == {"Dear customer", "My own"}
    send_reply(agent, claimed.pk, "Dear customer!")
    assert list(Reply.objects.filter(state="draft").values_list("text", flat=True)) == ["My own"]


def test_what_has_not_gone_can_be_taken_back_by_its_author_or_a_lead(
    claimed: Conversation, agent: User, teammate: User, lead: User
) -> None:
    reply = send_reply(agent, claimed.pk, "Hm")
    with pytest.raises(NotAllowed):
        withdraw_reply(teammate, reply.pk)
    assert withdraw_reply(agent, reply.pk).state == ReplyState.WITHDRAWN
    assert withdraw_reply(agent, reply.pk).state == ReplyState.WITHDRAWN
    second = send_reply(agent, claimed.pk, "Better")
    assert withdraw_reply(lead, second.pk).state == ReplyState.WITHDRAWN
    third = send_reply(agent, claimed.pk, "Best")
    Reply.objects.filter(pk=third.pk).update(state=ReplyState.SENDING)
    with pytest.raises(CareError, match="any more"):
        withdraw_reply(agent, third.pk)


class TestApproval:
    @pytest.fixture
    def waiting(self, conversation: Conversation, volunteer: User, lead: User) -> Reply:
        claim_conversation(volunteer, conversation.pk)
        return send_reply(volunteer, conversation.pk, "Try vinegar.")

    def test_a_volunteers_first_reply_waits_and_leads_are_told(self, waiting: Reply, lead: User) -> None:
        assert waiting.state == ReplyState.AWAITING_APPROVAL
        assert Notice.objects.filter(user=lead, kind="approval").count() == 1

    def test_a_lead_lets_it_out_as_it_is(self, waiting: Reply, lead: User) -> None:
        reply = approve_reply(lead, waiting.pk)
        assert (reply.state, reply.approver, reply.was_changed_on_approval) == ("queued", lead, False)
        with pytest.raises(CareError, match="any more"):
            approve_reply(lead, waiting.pk)

    def test_neither_teammates_nor_the_author_approve(
        self, waiting: Reply, teammate: User, volunteer: User
    ) -> None:
        with pytest.raises(NotAllowed):
            approve_reply(teammate, waiting.pk)
        volunteer.role = "lead"
        with pytest.raises(CareError, match="own reply"):
            approve_reply(volunteer, waiting.pk)
        with pytest.raises(CareError, match="own reply"):
            send_back(volunteer, waiting.pk, "hm")

    def test_sent_back_it_is_a_draft_again_with_the_reason(
        self, waiting: Reply, lead: User, volunteer: User
    ) -> None:
        reply = send_back(lead, waiting.pk, "Say which kind of vinegar.")
        assert (reply.state, reply.sent_back_because) == ("draft", "Say which kind of vinegar.")
        assert Notice.objects.filter(user=volunteer, kind="sent_back").exists()

    def _approved(
        self, volunteer: User, lead: User, form: Source, hear: Hear, name: str, text: str | None
    ) -> None:
        (conversation,) = hear(form, said(name, f"Question {name} about something", author=f"author{name}"))
        claim_conversation(volunteer, conversation.pk)
        approve_reply(lead, send_reply(volunteer, conversation.pk, "Try vinegar.").pk, text)

    def test_after_enough_unchanged_in_a_row_they_go_out_directly_until_taken_back(
        self, volunteer: User, lead: User, form: Source, hear: Hear
    ) -> None:
        CareSettings.objects.create(approvals_needed=3)
        for name, text in [("a", None), ("b", None), ("c", "Better words."), ("d", None), ("e", None)]:
            self._approved(volunteer, lead, form, hear, name, text)
            volunteer.refresh_from_db()
            assert not volunteer.replies_unreviewed
        self._approved(volunteer, lead, form, hear, "f", None)
        volunteer.refresh_from_db()
        assert volunteer.replies_unreviewed
        (conversation,) = hear(form, said("g", "One more question", author="g"))
        claim_conversation(volunteer, conversation.pk)
        assert send_reply(volunteer, conversation.pk, "Yes.").state == "queued"
        take_back_trust(lead, volunteer.pk)
        volunteer.refresh_from_db()
        (conversation,) = hear(form, said("h", "And yet another question", author="h"))
        claim_conversation(volunteer, conversation.pk)
        assert send_reply(volunteer, conversation.pk, "No.").state == "approval"

    def test_trust_is_given_by_leads_alone_and_never_to_oneself(
        self, volunteer: User, agent: User, lead: User
    ) -> None:
        with pytest.raises(NotAllowed):
            grant_trust(agent, volunteer.pk)
        with pytest.raises(CareError):
            grant_trust(lead, lead.pk)
        assert grant_trust(lead, volunteer.pk).replies_unreviewed
        assert AuditEntry.objects.filter(verb="user.trust_granted").count() == 1
        grant_trust(lead, volunteer.pk)
        assert AuditEntry.objects.filter(verb="user.trust_granted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_sends_at_once_one_becomes_a_reply() -> None:
    agent = User.objects.create_user("amir@company.example", role="agent")
    source = Source.objects.create(
        network="webhook", name="form", settings={"reply_url": "http://x.example/"}
    )
    receive_posts(source, [said("1")])
    open_conversations(source.pk, list(Post.objects.values_list("pk", flat=True)))
    conversation = Conversation.objects.get()
    claim_conversation(agent, conversation.pk)
    outcomes: list[str] = []

    def send() -> None:
        try:
            send_reply(agent, conversation.pk, "Hello")
            outcomes.append("sent")
        except ReplyExistsError:
            outcomes.append("exists")
        finally:
            connection.close()

    clicks = [threading.Thread(target=send) for _ in range(8)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sorted(outcomes) == ["exists"] * 7 + ["sent"]
    assert Reply.objects.count() == 1


def test_letting_go_of_the_claim_does_not_hold_up_a_reply(claimed: Conversation, agent: User) -> None:
    reply = send_reply(agent, claimed.pk, "On its way")
    release_claim(agent, claimed.pk)
    reply.refresh_from_db()
    assert reply.state == ReplyState.QUEUED
    assert claimed.claim_expires_at
    assert claimed.claim_expires_at - clock.now() < timedelta(minutes=15)
