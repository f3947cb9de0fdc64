"""The pages of questions: what they show to whom, at a steady cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.disclaiming import write_disclaimer
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.models import Entry, Group, Visibility
from oneroof.community.tests.conftest import SignIn

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as taken:
        page_of(client, address)
    return len(taken)


def fill(question: Entry, who: User, count: int) -> None:
    for number in range(count):
        said = answer(who, question.pk, f"Try way {number} of it.")
        for _twice in range(2):
            comment(who, said.pk, "As I said.")


def test_the_page_shows_all_of_it_accepted_answers_first(
    question: Entry, answered: Entry, member: User, teammate: User
) -> None:
    second = answer(teammate, question.pk, "Order a new **seal**.")
    comment(member, second.pk, "That one it was.")
    accept(member, second.pk)
    page = page_of(Client(), question.get_absolute_url()).partition("<main")[2]
    assert page.index("<strong>seal</strong>") < page.index("Turn the seal round")
    assert "That one it was." in page
    assert f'id="a{second.pk}"' in page


@pytest.mark.parametrize("who", [None, "member"])
def test_its_cost_is_the_same_at_every_size(
    question: Entry, member: User, helper: User, signed_in: SignIn, who: str | None
) -> None:
    client, address = (signed_in(member) if who else Client()), question.get_absolute_url()
    page_of(client, address)
    fill(question, helper, 2)
    few = queries_of(client, address)
    fill(question, helper, 43)
    many = queries_of(client, address)
    assert few == many <= MOST_QUERIES
    assert page_of(client, address).count('class="answer"') == 40
    assert page_of(client, f"{address}?page=2").count('class="answer"') == 5


@pytest.mark.parametrize("address", ["/q/", "/t/seal", "/q/?show=unanswered", "/q/?group=kettles"])
def test_lists_show_it_at_a_steady_cost(question: Entry, kettles: Group, member: User, address: str) -> None:
    client = Client()
    few = queries_of(client, address)
    for number in range(12):
        ask(member, f"Kettle number {number} leaks", "It does.", group=kettles, tags="seal")
    many = queries_of(client, address)
    assert few == many <= MOST_QUERIES
    assert question.title in page_of(client, address)


def test_all_visitors_are_given_the_same_page_and_no_cookie(question: Entry, answered: Entry) -> None:
    """Else no shared cache may keep it: decision 0158."""
    for address in ("/", "/q/", "/t/seal", f"/m/{answered.author_id}", question.get_absolute_url()):
        first, second = Client().get(address), Client().get(address)
        assert "s-maxage" in first["Cache-Control"], address
        assert not first.cookies, address
        assert first.content == second.content, address


def test_short_and_old_addresses_lead_to_the_place(question: Entry, answered: Entry) -> None:
    client = Client()
    assert client.get(f"/e/{answered.pk}")["Location"] == answered.get_absolute_url()
    assert client.get(f"/q/{question.pk}/another-title")["Location"] == question.get_absolute_url()
    assert client.get(f"/q/{question.pk}")["Location"] == question.get_absolute_url()


def test_what_is_secret_is_on_no_page(
    question: Entry, answered: Entry, helper: User, signed_in: SignIn
) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    for client in (Client(), signed_in(helper)):
        for address in (
            question.get_absolute_url(),
            f"/e/{answered.pk}",
            f"/e/{answered.pk}/history/",
            "/q/?group=kettles",
            "/t/seal",
        ):
            assert client.get(address).status_code == 404, address
        for address in ("/q/", f"/m/{answered.author_id}"):
            assert "leaks" not in page_of(client, address)
            assert "Turn the seal" not in page_of(client, address)


def test_scripts_are_text_and_links_pass_nothing_on(member: User, helper: User, signed_in: SignIn) -> None:
    asked = ask(
        member, "<script>alert(1)</script> why?", "[x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    )
    answer(helper, asked.pk, "[here](https://example.com)")
    page = page_of(signed_in(member), asked.get_absolute_url())
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert 'rel="noopener noreferrer nofollow"' in page


def test_a_question_is_asked_answered_and_accepted_by_its_pages(
    kettles: Group, member: User, helper: User, signed_in: SignIn
) -> None:
    asker, other = signed_in(member), signed_in(helper)
    assert "Your question in one line" in page_of(asker, "/q/ask/")
    sent = asker.post(
        "/q/ask/", {"title": "My kettle sings", "body": "Why?", "group": "kettles", "tags": "song"}
    )
    asked = Entry.objects.get()
    assert sent["Location"] == asked.get_absolute_url()
    other.post(f"/q/{asked.pk}/answers/", {"body": "Scale. Descale it."})
    said = Entry.objects.get(kind="answer")
    other.post(f"/e/{asked.pk}/votes/me_too/")
    other.post(f"/e/{said.pk}/comments/", {"body": "With vinegar."})
    asker.post(f"/e/{said.pk}/acceptance/")
    page = page_of(Client(), asked.get_absolute_url())
    assert "Solved it" in page
    assert "With vinegar." in page
    assert "1 has this too" in page


def test_a_refusal_is_said_and_what_was_typed_stays(kettles: Group, member: User, signed_in: SignIn) -> None:
    sent = signed_in(member).post("/q/ask/", {"title": "", "body": "I typed this", "group": "kettles"})
    assert sent.status_code == 422
    assert "I typed this" in sent.content.decode()


def test_an_edit_by_the_page_shows_in_the_history(
    question: Entry, member: User, helper: User, signed_in: SignIn
) -> None:
    address = f"/e/{question.pk}/edit/"
    assert signed_in(helper).get(address).status_code == 404
    assert question.body in page_of(signed_in(member), address)
    words = {
        "title": question.title,
        "body": "It drips from the lid.",
        "tags": "seal",
        "why": "Lid",
        "based_on": 1,
    }
    assert signed_in(member).post(address, words).status_code == 302
    assert signed_in(member).post(address, words | {"body": "Late"}).status_code == 422
    history = page_of(Client(), f"/e/{question.pk}/history/")
    assert "<ins>It drips from the lid.</ins>" in history
    assert "<del>It drips from the seal.</del>" in history


def test_what_a_lead_says_of_questions_stands_on_each_in_the_readers_language(
    question: Entry, lead: User
) -> None:
    write_disclaimer(lead, "question", "", "Members help **members** here.")
    write_disclaimer(lead, "question", "es", "Aquí se ayudan los miembros.")
    write_disclaimer(lead, "translation", "", "Only the original binds.")
    page = page_of(Client(), question.get_absolute_url())
    assert "<strong>members</strong>" in page
    assert "Only the original binds" not in page, "nothing is translated here"
    spanish = Client(headers={"Accept-Language": "es"}).get(question.get_absolute_url()).text
    assert "Aquí se ayudan los miembros" in spanish


@pytest.mark.parametrize("who", ["asker", "helper", "lead"])
def test_every_address_on_it_leads_to_a_view(
    question: Entry, answered: Entry, member: User, helper: User, lead: User, signed_in: SignIn, who: str
) -> None:
    """They are put together without the routes' names, as there are hundreds."""
    accept(member, answered.pk)
    comment(helper, answered.pk, "As I said.")
    reader = {"asker": member, "helper": helper, "lead": lead}[who]
    page = page_of(signed_in(reader), question.get_absolute_url())
    drawn = set(re.findall(r'(?:href|action|formaction)="(/(?:e|m)/[^"]+)"', page))
    assert len(drawn) > 8
    for address in drawn:
        resolve(address)
