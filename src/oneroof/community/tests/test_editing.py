"""What was written is changed, deleted, brought back; what it said before is kept."""

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.actions.editing import delete, edit, restore, set_standing
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Status

pytestmark = pytest.mark.django_db


def test_its_author_edits_it_and_the_history_keeps_both(question: Entry, member: User) -> None:
    edit(member, question.pk, title="My kettle drips", body="From the lid.", tags="lid", why="It is the lid")
    kept = list(question.revisions.values_list("number", "title", "tags", "why"))
    assert kept == [
        (1, "My kettle leaks. What now?", ["seal"], ""),
        (2, "My kettle drips", ["lid"], "It is the lid"),
    ]
    assert [tag.name for tag in question.tags.all()] == ["lid"]


def test_nothing_changed_is_no_edit(question: Entry, member: User) -> None:
    edit(member, question.pk, title=question.title, body=question.body, tags="seal")
    assert question.revisions.count() == 1
    assert Entry.objects.get(pk=question.pk).edited_at is None


def test_a_moderator_may_and_another_member_may_not(question: Entry, helper: User, agent: User) -> None:
    with pytest.raises(NotAllowed):
        edit(helper, question.pk, title="Mine", body="Now.")
    assert edit(agent, question.pk, title="Clearer", body="It drips.").title == "Clearer"


def test_who_saw_an_older_text_overwrites_nothing(question: Entry, member: User, agent: User) -> None:
    edit(agent, question.pk, title="Clearer", body="It drips.", based_on=1)
    with pytest.raises(CommunityError):
        edit(member, question.pk, title="Mine", body="It leaks.", based_on=1)
    assert Entry.objects.get(pk=question.pk).title == "Clearer"


def test_a_deleted_answer_is_not_counted_and_may_come_back(
    question: Entry, answered: Entry, helper: User, member: User, agent: User
) -> None:
    with pytest.raises(NotAllowed):
        delete(member, answered.pk)
    delete(helper, answered.pk)
    question.refresh_from_db()
    assert (question.answers, question.status) == (0, Status.OPEN)
    with pytest.raises(NotAllowed):
        restore(helper, answered.pk)
    for _again in range(2):
        restore(agent, answered.pk)
    question.refresh_from_db()
    assert question.answers == 1


def test_a_question_that_others_answered_is_not_its_askers_to_delete(
    question: Entry, answered: Entry, member: User, agent: User
) -> None:
    with pytest.raises(CommunityError):
        delete(member, question.pk)
    assert delete(agent, question.pk).deleted_at


def test_a_known_problem_stays_one_until_a_moderator_says_otherwise(
    question: Entry, answered: Entry, member: User, agent: User
) -> None:
    with pytest.raises(NotAllowed):
        set_standing(member, question.pk, "known_problem")
    assert set_standing(agent, question.pk, "known_problem").status == Status.KNOWN_PROBLEM
    assert set_standing(agent, question.pk, "open").status == Status.ANSWERED
    with pytest.raises(CommunityError):
        set_standing(agent, question.pk, "draft")
