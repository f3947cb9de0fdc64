"""Who helps another department is credited, once it was solved; nobody's minutes are counted."""

from datetime import datetime

import pytest

from oneroof.accounts.models import Department, User
from oneroof.care.actions.notes import add_note
from oneroof.care.actions.states import close_conversation
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.community.models import Entry, Group, Member
from oneroof.core import clock
from oneroof.experience.models import Invitation, Survey, SurveyAnswer
from oneroof.experience.queries.teams import assists, person, teams
from oneroof.experience.tests.conftest import SignIn
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def helped(forum: Source, hear: Hear, lead: User, agent: User) -> Conversation:
    """Sales' conversation, in which somebody of Care left a note."""
    care, sales = (
        Department.objects.create(slug=name.lower() + "x", name=name) for name in ("Kare", "Sails")
    )
    agent.departments.set([care])
    lead.departments.set([sales])
    (found,) = hear(forum, said("1", "@brumi help?"))
    Conversation.objects.filter(pk=found.pk).update(department=sales)
    add_note(agent, found.pk, "The seal is part 7.")
    add_note(lead, found.pk, "Thank you.")
    return found


def span() -> tuple[datetime, datetime]:
    return clock.ago(days=9), clock.ago(days=-1)


def test_a_note_that_helped_counts_for_who_wrote_it(helped: Conversation, lead: User, agent: User) -> None:
    assert assists(span()) == []
    close_conversation(lead, helped.pk, "solved")
    (assist,) = assists(span())
    assert (assist.user_id, assist.conversation_id, assist.ways) == (agent.pk, helped.pk, ("noted",))
    told = {str(department): outcomes for department, outcomes in teams(span())}
    assert [len(told[name].given) for name in ("Kare", "Sails")] == [1, 0]
    assert [len(told[name].received) for name in ("Kare", "Sails")] == [0, 1]
    assert told["Sails"].share
    assert (told["Sails"].ended, told["Sails"].share.value) == ([helped.pk], 1)
    assert len(person(agent, span()).given) == 1
    assert person(lead, span()).given == []


def test_what_could_not_be_solved_is_no_assist_and_answers_stand_by_their_team(
    helped: Conversation, lead: User, agent: User
) -> None:
    close_conversation(lead, helped.pk, "could_not_help")
    survey = Survey.objects.create(name="After", question="Well?")
    asked = Invitation.objects.create(survey=survey, about=f"conversation {helped.pk}", state="link")
    SurveyAnswer.objects.create(digest="x", kind="csat", score=5, invitation=asked, answered_at=clock.now())
    assert assists(span()) == []
    told = {str(department): outcomes for department, outcomes in teams(span())}
    assert list(told["Sails"].answers.values()) == [5]
    assert told["Sails"].solved == []


def test_pages_of_teams_and_of_people(
    helped: Conversation, lead: User, agent: User, volunteer: User, signed_in: SignIn
) -> None:
    close_conversation(lead, helped.pk, "solved")
    at = "/desk/experience/teams/"
    client = signed_in(agent)
    page = client.get(at).content.decode()
    assert "Sails" in page
    care = agent.departments.get()
    assert f"/desk/inbox/{helped.pk}/" in client.get(f"{at}{care.pk}/?days=30").content.decode()
    assert "told colleagues in a note" in client.get(f"{at}people/{agent.pk}/").content.decode()
    assert client.get(f"{at}people/{lead.pk}/").status_code == 404
    assert signed_in(lead).get(f"{at}people/{agent.pk}/").status_code == 200
    assert str(agent) in signed_in(lead).get(f"{at}{care.pk}/").content.decode()
    assert str(agent.email) not in client.get(f"{at}{care.pk}/").content.decode().split("<main")[-1]
    assert signed_in(volunteer).get(at).status_code == 404


def test_every_figure_of_a_team_leads_to_its_rows(
    helped: Conversation, lead: User, agent: User, kettles: Group, signed_in: SignIn
) -> None:
    close_conversation(lead, helped.pk, "solved")
    survey = Survey.objects.create(name="After", question="Well?")
    asked = Invitation.objects.create(survey=survey, about=f"conversation {helped.pk}", state="link")
    SurveyAnswer.objects.create(
        digest="x", kind="csat", score=5, invitation=asked, answered_at=clock.now(), comment="Very quick!"
    )
    member = Member.objects.create(user=lead, name="Lena")
    question = Entry.objects.create(kind="question", group=kettles, title="Why does it leak?")
    answer = Entry.objects.create(
        kind="answer", group=kettles, root=question, parent=question, author=member, accepted_at=clock.now()
    )
    sales, client = lead.departments.get(), signed_in(agent)
    page = client.get("/desk/experience/teams/").content.decode()
    for name in ("ended", "answers", "accepted", "given", "received"):
        assert f"/desk/experience/teams/{sales.pk}/?days=90#{name}" in page
    page = client.get(f"/desk/experience/teams/{sales.pk}/").content.decode()
    for row in ("Very quick!", "Why does it leak?", answer.get_absolute_url(), f"/desk/inbox/{helped.pk}/"):
        assert row in page
    for name in ("ended", "answers", "accepted", "given"):
        assert f'href="#{name}"' in page
        assert f'id="{name}"' in page
    Group.objects.update(visibility="secret")
    page = client.get(f"/desk/experience/teams/{sales.pk}/").content.decode()
    assert "Why does it leak?" not in page


def test_beside_a_conversation_stands_the_link_of_a_survey(
    helped: Conversation, agent: User, signed_in: SignIn
) -> None:
    client = signed_in(agent)
    assert "For the end of a reply" not in client.get(f"/desk/inbox/{helped.pk}/").content.decode()
    survey = Survey.objects.create(name="After", question="Well?")
    page = client.get(f"/desk/inbox/{helped.pk}/").content.decode()
    assert "A link to “After”" in page
    answer = client.post("/desk/experience/surveys/link/", {"survey": survey.pk, "conversation": helped.pk})
    assert "/s/" in answer.content.decode()
