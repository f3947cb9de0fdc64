"""Two questions become one, and nothing that hung on the second is lost."""

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.following import follow
from oneroof.community.actions.merging import merge
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Follow, Group, Status
from oneroof.community.tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(kettles: Group, helper: User) -> Entry:
    return ask(helper, "Water comes out below my kettle", "Is that normal?", group=kettles)


def test_answers_votes_and_followers_go_along_and_old_links_lead_there(
    question: Entry, twin: Entry, member: User, helper: User, teammate: User, agent: User
) -> None:
    said = answer(teammate, twin.pk, "It is the seal.")
    aside = comment(helper, said.pk, "Indeed.")
    accept(helper, said.pk)
    for entry in (question, twin):
        vote(teammate, entry.pk, "up")
    vote(agent, twin.pk, "me_too")
    follow(agent, twin)
    merge(agent, twin.pk, question.pk)
    question.refresh_from_db()
    twin.refresh_from_db()
    assert (twin.status, twin.duplicate_of, twin.answers) == (Status.DUPLICATE, question, 0)
    assert (question.answers, question.status) == (1, Status.SOLVED)
    assert (question.score, question.me_too) == (1, 2), "the second asker has it too, and the agent"
    assert Follow.objects.filter(entry=question, member__user__in=[agent, helper]).count() == 2
    for entry, mark in ((said, f"#a{said.pk}"), (aside, f"#c{aside.pk}")):
        assert Client().get(f"/e/{entry.pk}")["Location"] == question.get_absolute_url() + mark
    assert "This was asked before" in Client().get(twin.get_absolute_url()).content.decode()


def test_merging_again_changes_nothing_and_a_duplicate_takes_no_answers(
    question: Entry, twin: Entry, member: User, agent: User
) -> None:
    for _again in range(2):
        merge(agent, twin.pk, question.pk)
    assert AuditEntry.objects.filter(verb="entry.merged").count() == 1
    with pytest.raises(CommunityError):
        answer(member, twin.pk, "Late.")
    with pytest.raises(CommunityError):
        merge(agent, question.pk, twin.pk)


def test_members_merge_nothing(question: Entry, twin: Entry, helper: User, signed_in: SignIn) -> None:
    with pytest.raises(NotAllowed):
        merge(helper, twin.pk, question.pk)
    assert signed_in(helper).post(f"/e/{twin.pk}/merging/", {"into": question.pk}).status_code == 404


def test_what_is_private_is_not_merged_into_what_others_read(
    question: Entry, twin: Entry, agent: User
) -> None:
    from oneroof.community.actions.members import member_of
    from oneroof.community.models import Membership

    room = Group.objects.create(slug="secret", name="Secret", visibility="secret")
    Membership.objects.create(group=room, member=member_of(agent), state="member")
    Entry.objects.filter(pk=twin.pk).update(group=room)
    with pytest.raises(CommunityError):
        merge(agent, twin.pk, question.pk)


def test_a_moderator_merges_by_the_page(question: Entry, twin: Entry, agent: User, signed_in: SignIn) -> None:
    client = signed_in(agent)
    assert "Merge" in client.get(twin.get_absolute_url()).content.decode()
    for nonsense in ("", "x", "99999999999999999999", f"{twin.pk}"):
        client.post(f"/e/{twin.pk}/merging/", {"into": nonsense})
    assert Entry.objects.get(pk=twin.pk).duplicate_of is None
    client.post(f"/e/{twin.pk}/merging/", {"into": f"http://localhost{question.get_absolute_url()}"})
    assert Entry.objects.get(pk=twin.pk).duplicate_of == question
