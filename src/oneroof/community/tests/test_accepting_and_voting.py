"""What solved it, and what people say of it."""

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.accepting import accept, unaccept
from oneroof.community.actions.following import follow, unfollow
from oneroof.community.actions.voting import take_back, vote
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Follow, Group, Status, Visibility, Vote
from oneroof.community.tests.conftest import members
from oneroof.community.tests.test_asking import at_once

pytestmark = pytest.mark.django_db


def now(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def test_who_asked_says_what_solved_it_also_of_several(
    question: Entry, answered: Entry, member: User, teammate: User
) -> None:
    second = answer(teammate, question.pk, "Or order a new one.")
    for each in (answered, second):
        accept(member, each.pk)
    assert (now(question).status, now(question).accepted_answers) == (Status.SOLVED, 2)
    assert now(answered).accepted_by.user == member
    for each in (answered, second):
        unaccept(member, each.pk)
    assert (now(question).status, now(question).accepted_answers) == (Status.ANSWERED, 0)


def test_a_moderator_may_and_another_member_may_not(answered: Entry, helper: User, agent: User) -> None:
    with pytest.raises(NotAllowed):
        accept(helper, answered.pk)
    assert accept(agent, answered.pk).accepted_by.user == agent
    with pytest.raises(NotAllowed):
        unaccept(helper, answered.pk)


def test_accepting_twice_is_accepting_once(answered: Entry, member: User) -> None:
    first = accept(member, answered.pk).accepted_at
    assert accept(member, answered.pk).accepted_at == first
    assert AuditEntry.objects.filter(verb="entry.accepted").count() == 1
    unaccept(member, answered.pk)
    unaccept(member, answered.pk)
    assert AuditEntry.objects.filter(verb="entry.unaccepted").count() == 1


def test_only_answers_are_accepted(question: Entry, member: User) -> None:
    with pytest.raises(CommunityError):
        accept(member, question.pk)


def test_a_vote_counts_once_and_the_opposite_takes_its_place(answered: Entry, member: User) -> None:
    vote(member, answered.pk, "up")
    assert vote(member, answered.pk, "up").score == 1
    assert vote(member, answered.pk, "down").score == -1
    assert Vote.objects.get().what == "down"
    assert take_back(member, answered.pk, "down").score == 0
    assert take_back(member, answered.pk, "down").score == 0


def test_nobody_votes_on_their_own_and_nonsense_is_refused(
    question: Entry, answered: Entry, helper: User, member: User
) -> None:
    for who, entry, what in (
        (helper, answered, "up"),
        (member, question, "me_too"),
        (member, answered, "me_too"),
        (helper, question, "works_too"),
        (member, answered, "sideways"),
    ):
        with pytest.raises(CommunityError):
            vote(who, entry.pk, what)
    assert not Vote.objects.exists()


def test_an_outsider_of_the_group_neither_votes_nor_follows(question: Entry, helper: User) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    for act in (lambda: vote(helper, question.pk, "up"), lambda: follow(helper, question)):
        with pytest.raises(Entry.DoesNotExist):
            act()


def test_having_it_too_is_counted(question: Entry, helper: User) -> None:
    assert vote(helper, question.pk, "me_too").me_too == 1


def test_the_third_for_whom_it_works_too_makes_it_accepted(question: Entry, answered: Entry) -> None:
    for number, who in enumerate(members(3)):
        assert now(answered).accepted_at is None, number
        vote(who, answered.pk, "works_too")
    assert now(answered).accepted_at is not None
    assert (now(answered).accepted_by, now(question).status) == (None, Status.SOLVED)


def test_follow_once_and_stop(question: Entry, helper: User) -> None:
    for _again in range(2):
        follow(helper, question)
        follow(helper, question.tags.get())
    assert Follow.objects.filter(member__user=helper).count() == 2
    unfollow(helper, question)
    unfollow(helper, question)
    assert Follow.objects.get(member__user=helper).tag.name == "seal"


@pytest.mark.django_db(transaction=True)
def test_votes_at_once_are_all_counted_and_accept_once(member: User, helper: User) -> None:
    asked = ask(member, "My kettle leaks", "From the seal.")
    said = answer(helper, asked.pk, "Turn it round.")
    crowd = members(8)
    at_once(
        [lambda who=who: vote(who, said.pk, "up") for who in crowd]
        + [lambda who=who: vote(who, said.pk, "works_too") for who in crowd]
    )
    assert now(said).score == 8
    assert AuditEntry.objects.filter(verb="entry.accepted").count() == 1
    assert now(asked).accepted_answers == 1
