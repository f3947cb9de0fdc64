"""Hand-off, notes, tags, snooze, close, reopen, and the same to many."""

from datetime import timedelta

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.care.actions.bulk import do_to_many
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.handing import hand_to_department, hand_to_person
from oneroof.care.actions.notes import add_note, add_tag, remove_tag
from oneroof.care.actions.states import (
    close_conversation,
    reopen_conversation,
    set_priority,
    snooze,
    undo_closing,
    wake,
    wake_due,
)
from oneroof.care.errors import AlreadyClaimedError, CareError
from oneroof.care.models import Conversation, Note, State, Tag
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.listening.models import NeedState, Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(db: None) -> Department:
    return Department.objects.get_or_create(slug="legal", defaults={"name": "Legal"})[0]


def test_handed_to_a_person_it_is_theirs_with_notes_and_first_helper(
    conversation: Conversation, agent: User, teammate: User
) -> None:
    claim_conversation(agent, conversation.pk)
    handed = hand_to_person(agent, conversation.pk, teammate.pk, "Knows seals.")
    assert (handed.assignee, handed.claimant, handed.first_helper) == (teammate, None, agent)
    assert Note.objects.get().text == "Knows seals."
    assert Notice.objects.get(user=teammate, kind="handed_on").path == f"/desk/inbox/{conversation.pk}/"
    assert claim_conversation(teammate, conversation.pk).first_helper == agent


def test_handed_to_a_department_its_people_are_told(
    conversation: Conversation, agent: User, teammate: User, legal: Department, member: User
) -> None:
    teammate.departments.add(legal)
    member.departments.add(legal)
    handed = hand_to_department(agent, conversation.pk, legal.pk)
    assert (handed.department, handed.assignee) == (legal, None)
    assert set(Notice.objects.filter(kind="handed_on").values_list("user_id", flat=True)) == {teammate.pk}
    assert AuditEntry.objects.get(verb="conversation.handed_on").after == {
        "department": "Legal",
        "assignee": "",
    }


def test_what_another_one_holds_is_not_handed_on_closed_or_snoozed(
    conversation: Conversation, agent: User, teammate: User
) -> None:
    claim_conversation(agent, conversation.pk)
    with pytest.raises(AlreadyClaimedError):
        hand_to_person(teammate, conversation.pk, teammate.pk)
    with pytest.raises(AlreadyClaimedError):
        close_conversation(teammate, conversation.pk, "solved")
    with pytest.raises(AlreadyClaimedError):
        snooze(teammate, conversation.pk, clock.now() + timedelta(hours=1))


def test_nobody_hands_on_to_one_who_does_not_answer(
    conversation: Conversation, agent: User, member: User
) -> None:
    with pytest.raises(CareError, match="does not answer"):
        hand_to_person(agent, conversation.pk, member.pk)


def test_outsiders_do_nothing(conversation: Conversation, member: User, legal: Department) -> None:
    later = clock.now() + timedelta(hours=1)
    for refused in (
        lambda: hand_to_person(member, conversation.pk, member.pk),
        lambda: hand_to_department(member, conversation.pk, legal.pk),
        lambda: add_note(member, conversation.pk, "hm"),
        lambda: add_tag(member, conversation.pk, "hm"),
        lambda: remove_tag(member, conversation.pk, "hm"),
        lambda: snooze(member, conversation.pk, later),
        lambda: wake(member, conversation.pk),
        lambda: close_conversation(member, conversation.pk, "solved"),
        lambda: reopen_conversation(member, conversation.pk),
        lambda: set_priority(member, conversation.pk, "low"),
        lambda: do_to_many(member, "claim", [conversation.pk]),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_notes_and_tags_may_come_from_anyone_who_answers(
    conversation: Conversation, agent: User, volunteer: User
) -> None:
    claim_conversation(agent, conversation.pk)
    add_note(volunteer, conversation.pk, " Had the same last week. ")
    add_tag(volunteer, conversation.pk, "Seal")
    add_tag(agent, conversation.pk, "seal")
    assert [tag.name for tag in conversation.tags.all()] == ["Seal"]
    remove_tag(agent, conversation.pk, "SEAL")
    remove_tag(agent, conversation.pk, "SEAL")
    assert not conversation.tags.exists()
    assert Tag.objects.count() == 1
    with pytest.raises(CareError, match="empty"):
        add_note(agent, conversation.pk, "  ")


def test_snoozed_it_sleeps_until_its_time(conversation: Conversation, agent: User) -> None:
    until = clock.now() + timedelta(hours=2)
    claim_conversation(agent, conversation.pk)
    slept = snooze(agent, conversation.pk, until)
    assert (slept.state, slept.claimant) == (State.SNOOZED, None)
    assert wake_due() == 0
    with clock.frozen_at(until):
        assert (wake_due(), wake_due()) == (1, 0)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)
    with pytest.raises(CareError, match="to come"):
        snooze(agent, conversation.pk, clock.ago(minutes=1))


def test_closed_with_an_outcome_and_reopened(conversation: Conversation, agent: User) -> None:
    claim_conversation(agent, conversation.pk)
    closed = close_conversation(agent, conversation.pk, "solved")
    assert (closed.state, closed.outcome, closed.claimant) == (State.DONE, "solved", None)
    assert closed.resolved_at
    close_conversation(agent, conversation.pk, "solved")
    assert AuditEntry.objects.filter(verb="conversation.closed").count() == 1
    with pytest.raises(CareError, match="outcome"):
        close_conversation(agent, conversation.pk, "whatever")
    reopened = reopen_conversation(agent, conversation.pk)
    assert (reopened.state, reopened.outcome, reopened.resolved_at) == (State.OPEN, None, None)


def test_a_priority_set_by_hand_moves_it_and_its_clocks_and_stays(
    conversation: Conversation, form: Source, agent: User, hear: Hear
) -> None:
    before = conversation.rank
    raised = set_priority(agent, conversation.pk, "urgent")
    assert raised.rank > before
    assert raised.first_due_at == conversation.opened_at + timedelta(minutes=60)
    hear(form, said("2", "Hm", parent_id="1", minute=3))
    conversation.refresh_from_db()
    assert conversation.priority == "urgent"
    given_back = set_priority(agent, conversation.pk, "")
    assert not given_back.priority_by_hand


def test_to_many_each_is_done_or_refused_with_its_reason(
    form: Source, hear: Hear, agent: User, teammate: User
) -> None:
    ids = [hear(form, said(str(n), f"Question number {n}", minute=n))[0].pk for n in range(3)]
    claim_conversation(teammate, ids[1])
    result = do_to_many(agent, "close", [*ids, 999_999], outcome="answered_elsewhere")
    assert result.done == [ids[0], ids[2]]
    assert str(teammate) in result.refused[ids[1]]
    assert set(result.refused) == {ids[1], 999_999}
    assert do_to_many(agent, "tag", ids, name="old").done == ids
    with pytest.raises(CareError, match="At most 100"):
        do_to_many(agent, "claim", list(range(101)))
    with pytest.raises(CareError, match="can't be done"):
        do_to_many(agent, "delete", ids)


@pytest.mark.django_db(transaction=True)
def test_claims_and_dismissals_teach_what_needs_an_answer(conversation: Conversation, agent: User) -> None:
    run_jobs()
    claim_conversation(agent, conversation.pk)
    run_jobs()
    assert NeedState.objects.get().version == 1
    close_conversation(agent, conversation.pk, "no_answer_needed")
    run_jobs()
    assert NeedState.objects.get().version == 2


def test_solved_without_an_answer_is_asked_about_first(conversation: Conversation, agent: User) -> None:
    with pytest.raises(CareError, match="Nobody has answered"):
        close_conversation(agent, conversation.pk, "solved", sure=False)
    close_conversation(agent, conversation.pk, "no_answer_needed", sure=False)
    reopen_conversation(agent, conversation.pk)
    assert close_conversation(agent, conversation.pk, "solved").outcome == "solved"


def test_who_was_never_answered_keeps_their_place_when_reopened(
    conversation: Conversation, agent: User
) -> None:
    before = Conversation.objects.get(pk=conversation.pk).rank
    close_conversation(agent, conversation.pk, "no_answer_needed")
    assert reopen_conversation(agent, conversation.pk).rank == before


def test_a_closing_is_undone_to_what_was_before(
    conversation: Conversation, agent: User, teammate: User, member: User
) -> None:
    until = clock.now() + timedelta(days=1)
    hand_to_person(agent, conversation.pk, teammate.pk)
    snooze(agent, conversation.pk, until)
    before = Conversation.objects.get(pk=conversation.pk)
    close_conversation(agent, conversation.pk, "no_answer_needed")
    with pytest.raises(NotAllowed):
        undo_closing(member, conversation.pk)
    for _ in range(2):
        now = undo_closing(agent, conversation.pk)
        for name in (
            "state",
            "snoozed_until",
            "assignee",
            "awaiting_since",
            "rank",
            "resolved_at",
            "outcome",
        ):
            assert getattr(now, name) == getattr(before, name), name


def test_what_somebody_else_closed_or_long_ago_is_reopened(
    conversation: Conversation, agent: User, teammate: User
) -> None:
    close_conversation(agent, conversation.pk, "no_answer_needed")
    assert undo_closing(teammate, conversation.pk).state == State.OPEN
    assert AuditEntry.objects.filter(verb="conversation.reopened").count() == 1
    snooze(agent, conversation.pk, clock.now() + timedelta(days=1))
    close_conversation(agent, conversation.pk, "no_answer_needed")
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert undo_closing(agent, conversation.pk).state == State.OPEN
