"""Whoever follows hears of it, once, and never of what they may not read."""

import pytest

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.following import follow
from oneroof.community.actions.telling import tell_followers, tell_of_acceptance
from oneroof.community.actions.writing import ask
from oneroof.community.models import Entry, Group, Visibility
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


def test_the_asker_hears_of_the_answer_once_and_its_author_does_not(
    question: Entry, answered: Entry, member: User, helper: User
) -> None:
    for _again in range(2):
        tell_followers(answered.pk)
    assert told(member) == ["Hugo Helps answered: My kettle leaks. What now?"]
    assert told(helper) == []
    assert Notice.objects.get(user=member).path == answered.get_absolute_url()


def test_followers_of_a_tag_a_group_and_a_person_hear_of_a_question(
    question: Entry, kettles: Group, member: User, helper: User, volunteer: User, agent: User, teammate: User
) -> None:
    follow(helper, question.tags.get())
    follow(volunteer, kettles)
    follow(agent, question.author)
    asked = ask(member, "And the lid?", "It rattles.", group=kettles, tags="seal")
    tell_followers(asked.pk)
    for person in (helper, volunteer, agent):
        assert told(person) == ["Mia Member wrote: And the lid?"]
    assert told(teammate) == told(member) == []


def test_who_may_not_read_it_any_more_hears_nothing(question: Entry, answered: Entry, member: User) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    tell_followers(answered.pk)
    assert not Notice.objects.exists()


def test_who_helped_hears_that_it_did(question: Entry, answered: Entry, member: User, helper: User) -> None:
    accept(member, answered.pk)
    for _again in range(2):
        tell_of_acceptance(answered.pk)
    assert told(helper) == ["Your answer solved it: My kettle leaks. What now?"]
