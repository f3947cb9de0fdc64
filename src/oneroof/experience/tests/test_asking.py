"""People are asked once, not too often, and not against their will; what they say is counted and heard."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.states import close_conversation
from oneroof.care.events import ConversationClosed
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.models import Customer, Person, Purchase, Touch
from oneroof.experience.actions.asking import ask_by_hand, invite, link_for, save_survey, set_rest_days
from oneroof.experience.actions.mailing import remind_due, send_due
from oneroof.experience.actions.purchases import ask_buyers
from oneroof.experience.errors import ExperienceError
from oneroof.experience.letters import token_of
from oneroof.experience.models import Invitation, Survey, SurveyAnswer
from oneroof.experience.subscribers import on_conversation_closed
from oneroof.experience.tests.conftest import SignIn
from oneroof.insight.models import Contact
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db

ASKED: dict[str, Any] = {
    "name": "After help",
    "kind": "csat",
    "question": "Did we help?",
    "occasion": "hand",
    "delay_hours": 24,
    "reminder_days": 5,
    "is_on": True,
}


@pytest.fixture
def survey(lead: User) -> Survey:
    return save_survey(lead, None, ASKED)


@pytest.fixture
def ana(db: None) -> Person:
    person = Person.objects.create(name="Ana")
    Customer.objects.create(person=person, external_id="K1", email="Ana@customers.example")
    return person


def asked(survey: Survey, person: Person, about: str = "conversation 1") -> Invitation:
    found = invite(survey, about, person=person, delay_hours=0)
    assert found
    return found


def answer(invitation: Invitation, **told: str) -> Any:
    return Client().post(f"/s/{token_of(invitation)}/", told)


def test_only_leads_make_surveys(agent: User, survey: Survey) -> None:
    with pytest.raises(NotAllowed):
        save_survey(agent, survey.pk, {"name": "Mine"})


def test_a_letter_goes_once_with_one_reminder_and_a_way_out(survey: Survey, ana: Person) -> None:
    invitation = asked(survey, ana)
    assert (send_due(), send_due(), remind_due()) == (1, 0, 0)
    with clock.frozen_at(clock.now() + timedelta(days=6)):
        assert (remind_due(), remind_due()) == (1, 0)
    first, second = mail.outbox
    assert first.to == ["ana@customers.example"]
    assert f"/s/{token_of(invitation)}/stop/" in first.extra_headers["List-Unsubscribe"]
    assert "only reminder" in second.body


def test_nobody_is_asked_too_often_or_twice_about_one_thing(survey: Survey, ana: Person, lead: User) -> None:
    asked(survey, ana)
    assert invite(survey, "conversation 2", person=ana) is None
    set_rest_days(lead, 10)
    with clock.frozen_at(clock.now() + timedelta(days=11)):
        assert invite(survey, "conversation 1", person=ana) is None
        assert invite(survey, "conversation 2", person=ana)


def test_who_says_no_is_left_alone(survey: Survey, ana: Person, agent: User) -> None:
    invitation = asked(survey, ana)
    stop = f"/s/{token_of(invitation)}/stop/"
    assert Client().get(stop).status_code == 200
    assert Client(enforce_csrf_checks=True).post(stop).status_code == 200  # RFC 8058: a mail program's press
    assert send_due() == 0
    with clock.frozen_at(clock.now() + timedelta(days=90)), pytest.raises(ExperienceError):
        ask_by_hand(agent, survey.pk, ana.pk)


def test_an_answer_is_counted_once_and_its_words_are_heard(survey: Survey, ana: Person) -> None:
    invitation = asked(survey, ana)
    page = Client().get(f"/s/{token_of(invitation)}/?score=4").content.decode()
    assert 'value="4" required checked' in page
    assert answer(invitation, score="6").status_code == 422
    assert answer(invitation, score="4", comment="Fine").status_code == 302
    assert answer(invitation, score="5", comment="Fine, and fast").status_code == 302
    (kept,) = SurveyAnswer.objects.all()
    assert (kept.score, kept.customer, kept.person, kept.touch_point) == (5, "K1", ana, "After help")
    assert [each.text for each in Contact.objects.filter(channel="survey")] == ["Fine, and fast"]
    with clock.frozen_at(clock.now() + timedelta(days=6)):
        assert remind_due() == 0


def test_a_foreign_or_broken_link_leads_nowhere(survey: Survey, ana: Person) -> None:
    token = token_of(asked(survey, ana))
    number, _colon, signature = token.partition(":")
    for wrong in ("x", f"{int(number) + 1}:{signature}", f"{number}:{signature[:-1]}"):
        assert Client().get(f"/s/{wrong}/").status_code == 404


def test_a_solved_conversation_asks_its_customer_and_no_other_outcome_does(
    survey: Survey, form: Source, hear: Hear, agent: User
) -> None:
    Survey.objects.update(occasion="reply")
    for name, outcome in (("1", "solved"), ("2", "could_not_help")):
        (one,) = hear(form, said(name, author=f"author{name}"))
        assert one.identity
        Customer.objects.create(
            person=one.identity.person, external_id=name, email=f"{name}@customers.example"
        )
        close_conversation(agent, one.pk, outcome)
        for _told_twice in range(2):
            on_conversation_closed(ConversationClosed(one.pk, one.latest_post_id, outcome))
    assert [each.email for each in Invitation.objects.all()] == ["1@customers.example"]


def test_buyers_are_asked_once_a_purchase(survey: Survey, ana: Person) -> None:
    Survey.objects.update(occasion="purchase")
    for number, at in enumerate((clock.now(), clock.ago(days=30))):
        Purchase.objects.create(customer=ana.customer, purchased_at=at, amount=9, digest=f"{number}")
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        assert (ask_buyers(), ask_buyers()) == (1, 0)


def test_a_link_in_a_reply_is_one_a_conversation(
    survey: Survey, form: Source, hear: Hear, agent: User, signed_in: SignIn
) -> None:
    (one,) = hear(form, said("1"))
    assert link_for(agent, survey.pk, one.pk) == link_for(agent, survey.pk, one.pk)
    page = signed_in(agent).post(
        "/desk/experience/surveys/link/",
        {"survey": survey.pk, "conversation": f"http://testserver/desk/inbox/{one.pk}/"},
    )
    assert f"/s/{token_of(Invitation.objects.get())}/" in page.content.decode()
    assert answer(Invitation.objects.get(), score="1").status_code == 302


def test_the_erased_are_nobody_and_the_score_stays(survey: Survey, ana: Person, lead: User) -> None:
    invitation = asked(survey, ana)
    answer(invitation, score="2", comment="Ana says no")
    erase_person(lead, ana.pk)
    invitation.refresh_from_db()
    assert (invitation.email, invitation.person_id, invitation.state) == ("", None, "stopped")
    (kept,) = SurveyAnswer.objects.all()
    assert (kept.score, kept.comment, kept.customer) == (2, "", "")


def test_the_desk_shows_and_changes_surveys(
    survey: Survey, ana: Person, lead: User, signed_in: SignIn
) -> None:
    client = signed_in(lead)
    assert "After help" in client.get("/desk/experience/surveys/").content.decode()
    changed = client.post(f"/desk/experience/surveys/{survey.pk}/", {**ASKED, "question": "And now?"})
    assert changed.status_code == 302
    survey.refresh_from_db()
    assert survey.question == "And now?"
    assert client.post("/desk/experience/surveys/add/", {"name": ""}).status_code == 200
    client.post("/desk/experience/surveys/rest/", {"rest_days": "x"})
    client.post("/desk/experience/surveys/asking/", {"survey": survey.pk, "person": ana.pk})
    assert Invitation.objects.get().email == "ana@customers.example"
    assert (
        client.post(
            "/desk/experience/surveys/asking/", {"survey": survey.pk + 1_000, "person": ana.pk}
        ).status_code
        == 404
    )


def test_how_they_heard_of_us_is_asked_where_a_lead_wants_it_and_the_first_word_stands(
    survey: Survey, ana: Person
) -> None:
    invitation = asked(survey, ana)
    address = f"/s/{token_of(invitation)}/"
    assert "hear of us" not in Client().get(address).content.decode()
    Client().post(address, {"score": "4", "origin": "search"})
    assert not Touch.objects.exists()
    Survey.objects.update(asks_origin=True)
    assert "hear of us" in Client().get(address).content.decode()
    for origin in ("nowhere", "search", "word"):
        assert Client().post(address, {"score": "4", "origin": origin}).status_code == 302
    touch = Touch.objects.get()
    assert (touch.person, touch.way, touch.source) == (ana, "search", survey.name)
    assert SurveyAnswer.objects.get().origin == "search"
