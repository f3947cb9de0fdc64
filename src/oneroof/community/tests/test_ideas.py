"""Ideas: wanted, answered for the company, merged; whoever wanted one hears what becomes of it."""

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.actions.ideas import answer_idea, suggest_idea, tell_of_answer
from oneroof.community.actions.merging import merge
from oneroof.community.actions.telling import tell_followers
from oneroof.community.actions.voting import vote
from oneroof.community.actions.writing import comment
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Group, Status, Visibility
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_question_page import page_of, queries_of
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(kettles: Group, member: User) -> Entry:
    return suggest_idea(member, "A quieter kettle", "Mine wakes the house.", group=kettles, tags="noise")


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", flat=True))


def test_everybody_who_wanted_it_hears_the_companys_word_once(
    idea: Entry, member: User, helper: User, volunteer: User, agent: User
) -> None:
    vote(helper, idea.pk, "up")
    with pytest.raises(NotAllowed):
        answer_idea(helper, idea.pk, Status.PLANNED, "Soon.")
    with pytest.raises(CommunityError):
        answer_idea(agent, idea.pk, Status.SOLVED, "Soon.")
    said = answer_idea(agent, idea.pk, Status.PLANNED, "In the next Ripple.")
    for _again in range(2):
        tell_of_answer(said.pk)
        tell_followers(said.pk)
    assert told(helper) == told(member) == ["Planned: A quieter kettle"]
    assert told(volunteer) == told(agent) == []
    assert Notice.objects.filter(user=helper).get().body == "In the next Ripple."
    page = page_of(Client(), idea.get_absolute_url())
    assert "In the next Ripple." in page
    assert "The company’s word" in page


def test_two_ideas_become_one_with_their_voices_and_words(
    idea: Entry, kettles: Group, member: User, helper: User, volunteer: User, agent: User, question: Entry
) -> None:
    twin = suggest_idea(helper, "Less noise, please", "It hums.", group=kettles)
    for person in (volunteer, member):
        vote(person, twin.pk, "up")
    vote(volunteer, idea.pk, "up")
    aside = comment(volunteer, twin.pk, "Indeed.")
    with pytest.raises(CommunityError):
        merge(agent, twin.pk, question.pk)
    for _again in range(2):
        merge(agent, twin.pk, idea.pk)
    idea.refresh_from_db()
    assert idea.score == 2, "the volunteer once, and whoever suggested the twin; nobody wants their own"
    assert Client().get(f"/e/{aside.pk}")["Location"] == f"{idea.get_absolute_url()}#c{aside.pk}"
    assert "This was suggested before" in page_of(Client(), twin.get_absolute_url())
    assert "Less noise" not in page_of(Client(), "/ideas/")
    tell_of_answer(answer_idea(agent, idea.pk, Status.ADOPTED, "It is here.").pk)
    assert told(helper) == ["Adopted: A quieter kettle"], "who voted for the twin hears of it too"
    with pytest.raises(CommunityError):
        answer_idea(agent, twin.pk, Status.ADOPTED, "It is here.")


def test_lists_show_the_most_wanted_first_and_each_its_own(
    idea: Entry, kettles: Group, member: User, helper: User, agent: User
) -> None:
    other = suggest_idea(member, "A red one", "Like the old.", group=kettles)
    vote(helper, other.pk, "up")
    page = page_of(Client(), "/ideas/")
    assert page.index("A red one") < page.index("A quieter kettle")
    answer_idea(agent, other.pk, Status.DECLINED, "It fades.")
    assert "A red one" not in page_of(Client(), "/ideas/")
    assert "A red one" in page_of(Client(), "/ideas/?show=declined")
    assert "A quieter kettle" not in page_of(Client(), "/ideas/?show=declined")
    assert idea.get_absolute_url() in Client().get("/ideas/feed").content.decode()


def test_turning_pages_shows_each_idea_once_at_a_steady_cost(
    idea: Entry, kettles: Group, helper: User
) -> None:
    few = queries_of(Client(), "/ideas/")
    for number in range(30):
        made = suggest_idea(helper, f"Idea number {number}", "Text.", group=kettles, tags="noise")
        Entry.objects.filter(pk=made.pk).update(score=number % 3 - 1)
    assert queries_of(Client(), "/ideas/") == few <= 10
    first = Client().get("/ideas/")
    second = Client().get(f"/ideas/?after={first.context['page'].next}")
    seen = [each.pk for page in (first, second) for each in page.context["page"].rows]
    assert len(seen) == len(set(seen)) == 31
    assert Client().get("/ideas/?after=x").status_code == 404


def test_what_is_private_is_on_no_page(idea: Entry, helper: User, agent: User, signed_in: SignIn) -> None:
    vote(helper, idea.pk, "up")
    Group.objects.update(visibility=Visibility.SECRET)
    for client in (Client(), signed_in(helper)):
        assert client.get(idea.get_absolute_url()).status_code == 404
        for address in ("/ideas/", "/ideas/feed"):
            assert "quieter" not in page_of(client, address)
    with pytest.raises(Entry.DoesNotExist):
        answer_idea(agent, idea.pk, Status.PLANNED, "Soon.")


def test_it_is_suggested_wanted_and_answered_by_its_pages(
    idea: Entry, kettles: Group, member: User, helper: User, agent: User, signed_in: SignIn
) -> None:
    words = {"title": "A quieter kettle, please", "body": "It hums.", "group": "kettles"}
    near = signed_in(helper).post("/ideas/new/", words).content.decode()
    assert idea.get_absolute_url() in near
    address = signed_in(helper).post("/ideas/new/", words | {"seen": "1"})["Location"]
    number = address.split("/")[2]
    signed_in(member).post(f"/e/{number}/votes/up/")
    desk = signed_in(agent)
    assert "Answer for the company" in page_of(desk, address)
    desk.post(f"/ideas/{number}/answer/", {"status": "planned", "body": ""})
    assert Entry.objects.get(pk=number).status == Status.OPEN
    desk.post(f"/ideas/{number}/answer/", {"status": "planned", "body": "Soon."})
    assert Entry.objects.get(pk=number).status == Status.PLANNED
    assert "1 wants this" in page_of(Client(), address)
