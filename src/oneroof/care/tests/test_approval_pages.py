"""The pages on which replies are approved and decided: who sees them, what they do, twice pressed too."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import send_reply
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
QUEUE, OUTBOX = "/desk/outbox/approvals/", "/desk/outbox/"
type Answered = Callable[..., Reply]


@pytest.fixture
def answered(form: Source, hear: Hear) -> Answered:
    """Somebody's reply to a customer of their own."""

    def answer(author: User, number: int = 1, state: ReplyState | None = None) -> Reply:
        words = f"Kettle number {number} leaks. What now?"
        conversation = hear(form, said(f"post-{number}", words, author=f"customer{number}"))[0]
        claim_conversation(author, conversation.pk)
        reply = send_reply(author, conversation.pk, f"Seal number {number} is on its way.")
        if state:
            Reply.objects.filter(pk=reply.pk).update(state=state, reason="The connection broke.")
        return reply

    return answer


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def state_of(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


class TestApprovals:
    def test_a_lead_reads_the_reply_beside_its_thread(
        self, answered: Answered, volunteer: User, lead: User
    ) -> None:
        reply = answered(volunteer)
        assert "Seal number 1" in as_(lead).get(QUEUE).text
        page = as_(lead).get(f"{QUEUE}{reply.pk}/").text
        assert "Kettle number 1 leaks" in page
        assert "0 of 5 in a row" in page

    def test_teammates_and_outsiders_find_nothing(
        self, answered: Answered, volunteer: User, agent: User, member: User
    ) -> None:
        reply = answered(volunteer)
        for person in (agent, volunteer, member):
            assert as_(person).get(QUEUE).status_code == 404
            assert as_(person).post(f"{QUEUE}{reply.pk}/approval/").status_code == 404
        assert state_of(reply) == ReplyState.AWAITING_APPROVAL

    def test_approved_unchanged_the_next_one_stands_there(
        self, answered: Answered, volunteer: User, lead: User
    ) -> None:
        first, second = answered(volunteer, 1), answered(volunteer, 2)
        gone = as_(lead).post(f"{QUEUE}{first.pk}/approval/")
        assert gone.url == f"{QUEUE}{second.pk}/"
        assert state_of(first) == ReplyState.QUEUED
        assert (first.approver, first.was_changed_on_approval) == (lead, False)
        assert as_(lead).post(f"{QUEUE}{second.pk}/approval/").url == QUEUE

    def test_approved_in_other_words(self, answered: Answered, volunteer: User, lead: User) -> None:
        reply = answered(volunteer)
        as_(lead).post(f"{QUEUE}{reply.pk}/approval/", {"text": "A seal is coming."})
        assert (state_of(reply), reply.text) == (ReplyState.QUEUED, "A seal is coming.")
        assert reply.text_before_approval == "Seal number 1 is on its way."

    def test_no_words_at_all_go_nowhere(self, answered: Answered, volunteer: User, lead: User) -> None:
        reply = answered(volunteer)
        page = as_(lead).post(f"{QUEUE}{reply.pk}/approval/", {"text": "  "}, follow=True)
        assert "The reply is empty" in page.text
        assert page.redirect_chain[-1][0] == f"{QUEUE}{reply.pk}/"
        assert state_of(reply) == ReplyState.AWAITING_APPROVAL

    def test_sent_back_with_a_reason_and_not_without(
        self, answered: Answered, volunteer: User, lead: User
    ) -> None:
        reply = answered(volunteer)
        assert "Say why" in as_(lead).post(f"{QUEUE}{reply.pk}/return/", follow=True).text
        as_(lead).post(f"{QUEUE}{reply.pk}/return/", {"because": "Too short."})
        assert (state_of(reply), reply.sent_back_because) == (ReplyState.DRAFT, "Too short.")

    def test_pressed_twice_it_says_that_it_is_decided(
        self, answered: Answered, volunteer: User, lead: User
    ) -> None:
        reply = answered(volunteer)
        as_(lead).post(f"{QUEUE}{reply.pk}/approval/")
        again = as_(lead).post(f"{QUEUE}{reply.pk}/approval/", follow=True)
        assert "does not wait for approval any more" in again.text
        assert as_(lead).get(f"{QUEUE}{reply.pk}/").url == QUEUE
        assert as_(lead).post(f"{QUEUE}999999/approval/").status_code == 404

    def test_a_longer_queue_asks_no_more_questions(
        self, answered: Answered, volunteer: User, lead: User
    ) -> None:
        client = as_(lead)
        answered(volunteer, 1)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as few:
            client.get(QUEUE)
        for number in range(2, 9):
            answered(volunteer, number)
        with CaptureQueriesContext(connection) as many:
            assert client.get(QUEUE).text.count("data-row") == 8
        assert len(many) == len(few)

    def test_an_empty_queue_says_what_will_be_there(self, lead: User) -> None:
        assert "Nothing waits for approval" in as_(lead).get(QUEUE).text


class TestTrust:
    def test_it_is_granted_and_taken_back(self, volunteer: User, lead: User) -> None:
        page = f"{OUTBOX}people/"
        assert "0 of 5" in as_(lead).get(page).text
        for _twice in range(2):
            as_(lead).post(f"{page}{volunteer.pk}/", {"granted": "yes"})
            volunteer.refresh_from_db()
            assert volunteer.replies_unreviewed
        assert "Go out directly" in as_(lead).get(page).text
        as_(lead).post(f"{page}{volunteer.pk}/", {"granted": "no"})
        volunteer.refresh_from_db()
        assert not volunteer.replies_unreviewed

    def test_nobody_below_a_lead_does(self, volunteer: User, agent: User) -> None:
        for person in (volunteer, agent):
            answer = as_(person).post(f"{OUTBOX}people/{volunteer.pk}/", {"granted": "yes"})
            assert answer.status_code == 404
        volunteer.refresh_from_db()
        assert not volunteer.replies_unreviewed


class TestOutbox:
    def test_the_author_sees_what_is_known_and_decides(self, answered: Answered, agent: User) -> None:
        reply = answered(agent, state=ReplyState.UNKNOWN)
        page = as_(agent).get(f"{OUTBOX}{reply.pk}/").text
        assert "The connection broke." in page
        assert reply.key in page
        as_(agent).post(f"{OUTBOX}{reply.pk}/confirmation/")
        assert (state_of(reply), reply.decided_by) == (ReplyState.SENT, agent)

    @pytest.mark.parametrize(
        ("before", "verb", "after"),
        [
            (ReplyState.UNKNOWN, "resending", ReplyState.QUEUED),
            (ReplyState.FAILED, "resending", ReplyState.QUEUED),
            (ReplyState.FAILED, "withdrawal", ReplyState.WITHDRAWN),
            (ReplyState.QUESTION, "all-the-same", ReplyState.QUEUED),
            (ReplyState.QUESTION, "withdrawal", ReplyState.WITHDRAWN),
            (ReplyState.UNKNOWN, "withdrawal", ReplyState.UNKNOWN),
            (ReplyState.QUESTION, "confirmation", ReplyState.QUESTION),
        ],
    )
    def test_each_state_has_its_choices(
        self, answered: Answered, agent: User, before: ReplyState, verb: str, after: ReplyState
    ) -> None:
        reply = answered(agent, state=before)
        as_(agent).post(f"{OUTBOX}{reply.pk}/{verb}/")
        assert state_of(reply) == after

    def test_a_lead_sees_all_others_only_their_own(
        self, answered: Answered, agent: User, teammate: User, lead: User, member: User
    ) -> None:
        reply = answered(agent, state=ReplyState.UNKNOWN)
        assert "Seal number 1" in as_(lead).get(OUTBOX).text
        assert "Nothing waits for you" in as_(teammate).get(OUTBOX).text
        assert as_(teammate).post(f"{OUTBOX}{reply.pk}/confirmation/").status_code == 404
        assert as_(member).get(OUTBOX).status_code == 404
        assert state_of(reply) == ReplyState.UNKNOWN
        as_(lead).post(f"{OUTBOX}{reply.pk}/confirmation/")
        assert (state_of(reply), reply.decided_by) == (ReplyState.SENT, lead)

    def test_pressed_twice_it_says_that_it_is_decided(self, answered: Answered, agent: User) -> None:
        reply = answered(agent, state=ReplyState.UNKNOWN)
        as_(agent).post(f"{OUTBOX}{reply.pk}/confirmation/")
        again = as_(agent).post(f"{OUTBOX}{reply.pk}/confirmation/", follow=True)
        assert "nothing to decide" in again.text

    def test_what_is_no_choice_is_no_page(self, answered: Answered, agent: User) -> None:
        reply = answered(agent, state=ReplyState.UNKNOWN)
        assert as_(agent).post(f"{OUTBOX}{reply.pk}/odd/").status_code == 404
        assert as_(agent).post(f"{OUTBOX}999999/confirmation/").status_code == 404
        assert as_(agent).get(f"{OUTBOX}{reply.pk}/confirmation/").status_code == 405

    def test_a_longer_outbox_asks_no_more_questions(self, answered: Answered, agent: User) -> None:
        client = as_(agent)
        answered(agent, 1, ReplyState.FAILED)
        client.get(OUTBOX)
        with CaptureQueriesContext(connection) as few:
            client.get(OUTBOX)
        for number in range(2, 9):
            answered(agent, number, ReplyState.FAILED)
        with CaptureQueriesContext(connection) as many:
            assert client.get(OUTBOX).text.count("data-row") == 8
        assert len(many) == len(few)


def test_a_script_in_a_reply_shows_as_text(answered: Answered, volunteer: User, lead: User) -> None:
    reply = answered(volunteer)
    Reply.objects.filter(pk=reply.pk).update(text="<script>alert(1)</script>")
    Conversation.objects.update(subject="<script>alert(2)</script>")
    assert "<script>alert" not in as_(lead).get(f"{QUEUE}{reply.pk}/").text


def test_one_button_sends_what_stands_in_the_field(answered: Answered, volunteer: User, lead: User) -> None:
    """Unchanged it is, too, where the browser ends its lines in its own way."""
    reply = answered(volunteer)
    Reply.objects.filter(pk=reply.pk).update(text="Sorry.\n\nA seal is coming.")
    page = as_(lead).get(f"{QUEUE}{reply.pk}/").text
    assert page.count(f'action="{QUEUE}{reply.pk}/approval/"') == 1
    as_(lead).post(f"{QUEUE}{reply.pk}/approval/", {"text": "Sorry.\r\n\r\nA seal is coming."})
    reply.refresh_from_db()
    assert (reply.state, reply.text_before_approval) == (ReplyState.QUEUED, None)
    assert reply.text == "Sorry.\n\nA seal is coming."


def test_whose_customer_needs_it_most_is_approved_first(
    answered: Answered, volunteer: User, lead: User
) -> None:
    first, second = answered(volunteer, 1), answered(volunteer, 2)
    Conversation.objects.filter(pk=second.conversation_id).update(need=99)
    page = as_(lead).get(QUEUE).text
    assert page.index(f"{QUEUE}{second.pk}/") < page.index(f"{QUEUE}{first.pk}/")
    assert as_(lead).post(f"{QUEUE}{first.pk}/approval/").url == f"{QUEUE}{second.pk}/"


def test_the_outbox_says_where_what_waits_is(answered: Answered, volunteer: User, lead: User) -> None:
    answered(volunteer)
    page = as_(lead).get(OUTBOX).text
    assert "1 reply waits for your approval" in page
    assert "All is decided" not in page


def test_a_reply_that_could_not_leave_is_seen_and_can_be_taken_back(
    answered: Answered, agent: User, lead: User, teammate: User
) -> None:
    reply = answered(agent)
    Reply.objects.filter(pk=reply.pk).update(attempts=2, reason="No such host.", next_attempt_at=clock.now())
    for person in (agent, lead):
        page = as_(person).get(f"{OUTBOX}{reply.pk}/").text
        assert "Not out yet, tried again" in page
        assert "No such host." in page
        assert f"{OUTBOX}{reply.pk}/withdrawal/" in page
    assert "Seal number 1" not in as_(teammate).get(OUTBOX).text
    open_one = as_(agent).get(f"/desk/inbox/{reply.conversation_id}/").text
    assert "Not out yet, tried again" in open_one
