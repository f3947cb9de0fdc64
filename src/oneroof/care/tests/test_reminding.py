"""Clocks are told of once: before they run out, and when they have."""

from datetime import timedelta

import pytest

from oneroof.accounts.models import Department, User
from oneroof.care.actions.approvals import approve_reply
from oneroof.care.actions.reminding import tell_of_clocks
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.queries import due
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.exclude(kind="risk").values_list("kind", "user__email")
    return sorted((kind, email.partition("@")[0]) for kind, email in rows)


def due_in(conversation: Conversation, **span: float) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(first_due_at=clock.now() + timedelta(**span))


def test_a_clock_is_told_of_before_it_runs_out_and_once(
    conversation: Conversation, lead: User, agent: User
) -> None:
    due_in(conversation, minutes=10)
    for _minute in range(3):
        tell_of_clocks()
    assert told() == [("service_due", "lena")]


def test_whoever_was_handed_it_is_told_and_of_a_breach_the_leads_too(
    conversation: Conversation, lead: User, agent: User
) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(assignee=agent)
    due_in(conversation, minutes=10)
    tell_of_clocks()
    assert told() == [("service_due", "amir")]
    due_in(conversation, minutes=-10)
    tell_of_clocks()
    assert told()[:2] == [("service_breached", "amir"), ("service_breached", "lena")]


def test_the_department_is_told_of_what_nobody_has(
    conversation: Conversation, lead: User, agent: User, teammate: User
) -> None:
    legal = Department.objects.get(slug="legal")
    teammate.departments.add(legal)
    Conversation.objects.filter(pk=conversation.pk).update(department=legal)
    due_in(conversation, minutes=10)
    tell_of_clocks()
    assert told() == [("service_due", "tess")]


def test_what_was_answered_or_is_due_later_tells_nobody(conversation: Conversation, lead: User) -> None:
    due_in(conversation, minutes=20)
    tell_of_clocks()
    due_in(conversation, minutes=5)
    Conversation.objects.filter(pk=conversation.pk).update(first_response_at=clock.now())
    Conversation.objects.filter(pk=conversation.pk).update(resolution_due_at=clock.now() + timedelta(days=1))
    tell_of_clocks()
    assert told() == []


def test_the_author_is_told_that_a_reply_was_let_out(
    conversation: Conversation, volunteer: User, lead: User
) -> None:
    reply = Reply.objects.create(
        conversation=conversation,
        source=conversation.source,
        post_id=conversation.latest_post_id,
        author=volunteer,
        text="Hello",
        state=ReplyState.AWAITING_APPROVAL,
        key="k",
        claim_token=1,
    )
    approve_reply(lead, reply.pk, "Hello there")
    notice = Notice.objects.get(kind="approved")
    assert notice.user == volunteer
    assert "Hello there" in notice.body


def test_all_that_fall_due_are_told_of_however_many(
    form: Source, hear: Hear, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 2)
    for conversation in hear(
        form, *(said(str(number), "My kettle leaks", author=str(number)) for number in range(5))
    ):
        due_in(conversation, minutes=10)
    tell_of_clocks()
    assert told() == [("service_due", "lena")] * 5
