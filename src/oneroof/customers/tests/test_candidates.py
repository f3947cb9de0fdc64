"""Handles that look alike are proposed with what speaks for it; a colleague decides, and a no is remembered."""

from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.customers.actions.likening import propose_likeness
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.candidates import candidates_page
from oneroof.customers.models import Customer, Evidence, Identity, Link, LinkState, Person, Purchase
from oneroof.customers.tests.test_people import START

pytestmark = pytest.mark.django_db


def heard(network: str, handle: str, name: str = "", language: str = "es") -> int:
    known = recognise_authors(network, [Author(handle, handle.casefold(), name, 1, language, START)])
    return Identity.objects.get(pk=known[handle.casefold()]).person_id


def pairs() -> set[frozenset[int]]:
    return {frozenset(pair) for pair in Link.objects.values_list("one", "other")}


def test_alike_handles_and_names_are_proposed_and_never_joined() -> None:
    ana = heard("mastodon", "ana_garcia_tea@town.social", "Ana García")
    here = heard("bluesky", "anagarciatea.example", "Ana García")
    heard("rss", "zed", "Zed")
    heard("mastodon", "ana_garcia_tea2@town.social", "Somebody Else")
    assert propose_likeness() >= 1
    link = Link.objects.get(one=min(ana, here), other=max(ana, here))
    assert (link.evidence, link.state) == (Evidence.LIKENESS, LinkState.PROPOSED)
    assert link.told["names"] == ["Ana García", "Ana García"]
    assert not Person.objects.exclude(merged_into=None).exists()
    assert propose_likeness() == 0, "what was compared is not compared again"


def test_a_name_alone_is_no_proposal_but_what_they_own_helps() -> None:
    one, other = heard("mastodon", "qwertz", "Bo Berg", "sv"), heard("bluesky", "tealover", "Bo Berg", "de")
    propose_likeness()
    assert pairs() == set()
    for row in (one, other):
        books = Customer.objects.create(person_id=row, external_id=f"K{row}")
        Purchase.objects.create(
            customer=books, purchased_at=START, amount=9, product="Ripple", digest=f"d{row}"
        )
    Identity.objects.update(likened_at=None)
    Person.objects.update(language="sv")
    propose_likeness()
    assert pairs() == {frozenset({one, other})}
    assert Link.objects.get().told["products"] == ["Ripple"]


def test_a_crowd_of_one_name_says_little() -> None:
    for number in range(8):
        heard(f"net{number}", f"john{number}", "John Smith", "en")
    propose_likeness()
    assert pairs() == set()


def test_the_page_shows_why_and_takes_the_answer(client: Client, agent: User, volunteer: User) -> None:
    client.force_login(agent)
    address = "/desk/people/candidates/"
    assert "Nobody waits" in client.get(address).text
    heard("mastodon", "ana_garcia_tea@town.social", "Ana García")
    heard("bluesky", "ana_garcia_tea", "Ana García")
    propose_likeness()
    link = Link.objects.get()
    html = client.get(address).text
    for told in ("ana_garcia_tea@town.social · mastodon", "Both speak", "Likeness", "They are one"):
        assert told in html
    decide = f"/desk/people/candidates/{link.pk}/"
    assert client.post(decide, {"answer": "maybe"}).status_code == 404
    client.post(decide, {"answer": "two"})
    assert Link.objects.get().state == LinkState.REFUSED
    Identity.objects.update(likened_at=None)
    assert propose_likeness() == 0, "a no is remembered"
    assert "Nobody waits" in client.get(address).text
    assert client.post("/desk/people/candidates/999999/", {"answer": "one"}).status_code == 404
    client.force_login(volunteer)
    assert client.get(address).status_code == 404
    assert client.post(decide, {"answer": "one"}).status_code == 404


def test_one_accepted_is_one_person(client: Client, agent: User) -> None:
    rows = {heard("mastodon", "ana_garcia_tea"), heard("bluesky", "ana_garcia_tea")}
    propose_likeness()
    client.force_login(agent)
    client.post(f"/desk/people/candidates/{Link.objects.get().pk}/", {"answer": "one"})
    assert {each.whole_id for each in Person.objects.filter(pk__in=rows)} == {min(rows)}


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_asks_the_same_of_few_and_many(
    client: Client, agent: User, size: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        heard("mastodon", f"somebody_{number:03}_here")
        heard("bluesky", f"somebody_{number:03}_here")
    rows = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    Link.objects.bulk_create(
        Link(one_id=one, other_id=other, evidence=Evidence.LIKENESS, strength=0.5, state=LinkState.PROPOSED)
        for one, other in zip(rows[::2], rows[1::2], strict=True)
    )
    client.force_login(agent)
    client.get("/desk/people/candidates/")
    with django_assert_max_num_queries(11):
        assert client.get("/desk/people/candidates/").text.count("data-row") == size
    first = candidates_page(limit=1)
    rest = candidates_page(cursor=first.next, limit=100)
    assert len({each.link.pk for each in (*first.rows, *rest.rows)}) == size
