"""The outbox: each way in which a send can go, against a web server that says what the test tells it to."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.claims import CLAIM_LASTS, claim_conversation
from oneroof.care.actions.replies import send_reply, withdraw_reply
from oneroof.care.actions.unsure import confirm_sent, send_again, send_all_the_same
from oneroof.care.errors import CareError
from oneroof.care.events import ConversationClaimed
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.outbox.sending import LEASE, drain, send_one, sender_of
from oneroof.care.outbox.waking import sources_with_work
from oneroof.care.queries.conversation import history, thread
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.core.events import name_of
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings: object) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)  # type: ignore[attr-defined]
    with local_web() as server:
        yield server


@pytest.fixture
def queued(conversation: Conversation, form: Source, agent: User, web: LocalWeb) -> Reply:
    form.settings = {"reply_url": web.url("/replies")}
    form.save(update_fields=["settings"])
    claim_conversation(agent, conversation.pk)
    return send_reply(agent, conversation.pk, "A new seal is on its way.")


def state_of(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


def hang_up(*_: object) -> None:
    """Take the request and say nothing."""


def test_a_reply_taken_is_sent_and_the_customers_turn(queued: Reply, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=200)
    assert drain(queued.source_id) == 1
    assert state_of(queued) == ReplyState.SENT
    conversation = queued.conversation
    conversation.refresh_from_db()
    assert (conversation.state, conversation.first_response_at) == ("waiting", queued.sent_at)
    told = json.loads(web.asked[0].body)["data"]
    assert (told["in_reply_to"], told["text"]) == ("1", "A new seal is on its way.")


def test_a_reply_goes_before_what_waits(queued: Reply) -> None:
    """Deliveries of what else happened may be many: whoever was answered waits for none of them."""
    jobs = ProcrastinateJob.objects.order_by("-priority", "id")
    names = [job.args.get("kind", job.task_name) for job in jobs]
    sent = names.index("oneroof.care.drain_outbox")
    assert sent < names.index(name_of(ConversationClaimed))


def test_drained_again_nothing_goes_twice(queued: Reply, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=200)
    drain(queued.source_id)
    assert drain(queued.source_id) == 0
    assert len(web.asked) == 1


def test_a_refusal_for_good_fails_and_the_author_is_told(queued: Reply, web: LocalWeb, agent: User) -> None:
    web.routes["/replies"] = answer(status=422)
    drain(queued.source_id)
    assert state_of(queued) == ReplyState.FAILED
    assert Notice.objects.filter(user=agent, kind="reply_failed").exists()
    assert history(queued.conversation)[0].verb == "reply.failed"
    web.routes["/replies"] = answer(status=200)
    send_again(agent, queued.pk)
    drain(queued.source_id)
    assert state_of(queued) == ReplyState.SENT
    assert web.asked[0].headers["webhook-id"] == web.asked[1].headers["webhook-id"]


def test_what_never_left_is_tried_again_later_and_fails_in_the_end(queued: Reply, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=429)
    moment = clock.now()
    pauses = []
    for _attempt in range(20):
        with clock.frozen_at(moment):
            drain(queued.source_id)
            if state_of(queued) != ReplyState.QUEUED:
                break
            assert queued.next_attempt_at
            pauses.append((queued.next_attempt_at - moment).total_seconds())
            assert drain(queued.source_id) == 0, "not before its time"
            moment = queued.next_attempt_at
    assert state_of(queued) == ReplyState.FAILED
    assert pauses == [30, 60, 120, 240, 480, 960, 1920]


@pytest.mark.parametrize("bad_day", [answer(status=500), hang_up], ids=["500", "hangs up"])
def test_an_unknown_outcome_waits_for_a_person(
    queued: Reply, web: LocalWeb, agent: User, lead: User, bad_day: object
) -> None:
    web.routes["/replies"] = bad_day  # type: ignore[assignment]
    drain(queued.source_id)
    assert state_of(queued) == ReplyState.UNKNOWN
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        drain(queued.source_id)
    assert len(web.asked) == 1, "nobody sends it again before a person said so"
    assert Notice.objects.filter(user__in=[agent, lead], kind="reply_unsure").count() == 2


def test_a_person_says_that_it_went_out(queued: Reply, web: LocalWeb, agent: User, teammate: User) -> None:
    web.routes["/replies"] = answer(status=500)
    drain(queued.source_id)
    with pytest.raises(NotAllowed):
        confirm_sent(teammate, queued.pk)
    confirm_sent(agent, queued.pk)
    assert state_of(queued) == ReplyState.SENT
    queued.conversation.refresh_from_db()
    assert queued.conversation.state == "waiting"
    with pytest.raises(CareError, match="nothing to decide"):
        send_again(agent, queued.pk)


def test_a_person_says_that_it_did_not(queued: Reply, web: LocalWeb, lead: User) -> None:
    web.routes["/replies"] = [answer(status=500), answer(status=200)]
    drain(queued.source_id)
    send_again(lead, queued.pk)
    drain(queued.source_id)
    assert state_of(queued) == ReplyState.SENT
    assert queued.decided_by == lead


def test_a_receiver_that_takes_each_id_once_gets_it_again(queued: Reply, form: Source, web: LocalWeb) -> None:
    form.settings |= {"takes_once": True}
    form.save(update_fields=["settings"])
    web.routes["/replies"] = [answer(status=500), answer(status=200)]
    drain(form.pk)
    assert state_of(queued) == ReplyState.QUEUED
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        drain(form.pk)
    assert state_of(queued) == ReplyState.SENT
    assert len({asked.headers["webhook-id"] for asked in web.asked}) == 1


def test_what_a_killed_sender_left_is_unknown_once_its_lease_is_over(queued: Reply, web: LocalWeb) -> None:
    sender = sender_of(queued.source)
    Reply.objects.filter(pk=queued.pk).update(
        state=ReplyState.SENDING, lease=sender.lease, lease_expires_at=clock.now() + LEASE, attempts=1
    )
    drain(queued.source_id)
    assert state_of(queued) == ReplyState.SENDING, "its sender may still be at it"
    with clock.frozen_at(clock.now() + LEASE):
        assert sources_with_work() == [queued.source_id]
        drain(queued.source_id)
    assert state_of(queued) == ReplyState.UNKNOWN
    assert not web.asked


def test_a_reply_withdrawn_meanwhile_does_not_go(queued: Reply, web: LocalWeb, agent: User) -> None:
    sender = sender_of(queued.source)
    withdraw_reply(agent, queued.pk)
    assert send_one(sender, queued.pk) is None
    assert not web.asked


class TestQuestions:
    def asked(self, reply: Reply, web: LocalWeb) -> str:
        web.routes["/replies"] = answer(status=200)
        drain(reply.source_id)
        assert not web.asked
        assert state_of(reply) == ReplyState.QUESTION
        return reply.reason

    def test_somebody_else_claimed_since(self, queued: Reply, web: LocalWeb, teammate: User) -> None:
        with clock.frozen_at(clock.now() + CLAIM_LASTS + timedelta(seconds=1)):
            claim_conversation(teammate, queued.conversation_id)
        assert str(teammate) in self.asked(queued, web)
        with clock.frozen_at(clock.now() + CLAIM_LASTS), pytest.raises(CareError, match="is answering"):
            send_all_the_same(queued.author, queued.pk)

    def test_the_post_is_gone(self, queued: Reply, web: LocalWeb) -> None:
        receive_posts(queued.source, [said("1", "", deleted=True)])
        assert "gone" in self.asked(queued, web)

    def test_the_post_was_changed(self, queued: Reply, web: LocalWeb) -> None:
        receive_posts(queued.source, [said("1", "Never mind!", edited_at=START + timedelta(hours=9))])
        assert "changed" in self.asked(queued, web)

    def test_the_post_was_answered_meanwhile(self, queued: Reply, web: LocalWeb, hear: Hear) -> None:
        hear(queued.source, said("2", "We wrote to you.", author="brumi", parent_id="1", minute=9))
        assert "answered meanwhile" in self.asked(queued, web)

    def test_more_was_said_and_the_agent_sends_it_all_the_same(
        self, queued: Reply, web: LocalWeb, hear: Hear, agent: User
    ) -> None:
        hear(queued.source, said("2", "It also hisses.", parent_id="1", minute=9))
        assert "More was said" in self.asked(queued, web)
        send_all_the_same(agent, queued.pk)
        drain(queued.source_id)
        assert state_of(queued) == ReplyState.SENT


def test_our_reply_heard_back_stands_once_in_the_thread(queued: Reply, web: LocalWeb, hear: Hear) -> None:
    web.routes["/replies"] = answer(status=200)
    drain(queued.source_id)
    conversation = queued.conversation
    assert [said.reply for said in thread(conversation)] == [None, queued]
    echo = said(queued.key, queued.text, author="brumi", parent_id="1", minute=60 * 24 * 400)
    hear(queued.source, echo)
    conversation.refresh_from_db()
    shown = thread(conversation)
    assert [(each.is_ours, each.reply) for each in shown] == [(False, None), (True, queued)]


def test_hearing_it_back_settles_an_unknown_one(queued: Reply, web: LocalWeb, hear: Hear) -> None:
    web.routes["/replies"] = answer(status=500)
    drain(queued.source_id)
    hear(queued.source, said(queued.key, queued.text, author="brumi", parent_id="1", minute=30))
    assert state_of(queued) == ReplyState.SENT
