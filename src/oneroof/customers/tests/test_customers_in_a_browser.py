"""Every page of customers in a real Chromium, empty and filled: axe, no sideways scroll."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.browser import browsing, looks_fine
from oneroof.customers.actions.consenting import note_consent
from oneroof.customers.actions.likening import propose_likeness
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.origin import follow_code, make_code, note_touch
from oneroof.customers.actions.retaining import set_retention
from oneroof.customers.actions.segmenting import save_segment
from oneroof.customers.models import CrmSync, Customer, Person, Purchase
from oneroof.customers.tests.crm import connected, pushed, record
from oneroof.customers.tests.test_people import met

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server: Any, lead: User) -> Iterator[Page]:
    client = Client()
    client.force_login(lead)
    with browsing(live_server.url) as page_for:
        yield page_for(client)


@pytest.fixture
def ana(lead: User) -> Person:
    """Known by three handles and by the books, with much said of her; somebody else looks like her."""
    (ana,) = met("ana.garcia_88", name="Ana García")
    (other,) = met("ana_garcia_88", network="mastodon", name="Ana García")
    met("ana-garcia-88", network="bluesky", name="Ana García")
    join_people(lead, ana.pk, other.pk, "She said so on the telephone")
    books = Customer.objects.create(
        person=ana,
        external_id="K1",
        email="ana@customers.example",
        company="Tea & Co",
        since=clock.ago(days=800),
    )
    for number in range(30):
        at = clock.now() - timedelta(days=20 * number)
        Purchase.objects.create(
            customer=books, purchased_at=at, amount=40, currency="EUR", product="Ripple", digest=f"{number}"
        )
    make_code(lead, code="tea-club", label="Tea club’s newsletter", target="/q/", owner_id=ana.pk)
    make_code(lead, code="spring-fair", label="Spring fair", target="/")
    follow_code("tea-club", "somebody")
    (ben,) = met("ben")
    note_touch(lead, ben.pk, "referral", code="tea-club", source="named it at the till")
    note_touch(lead, ana.pk, "word", source="on the telephone")
    note_consent(lead, ana.pk, "news", is_given=True, source="card at the fair")
    propose_likeness()
    return ana


def test_people_and_how_they_came(page: Page, lead: User) -> None:
    for place in ("", "?text=nobody", "candidates/", "segments/", "origin/"):
        looks_fine(page, f"/desk/people/{place}")


def test_one_person_with_everything(page: Page, ana: Person, lead: User) -> None:
    save_segment(lead, "Owners of a Ripple", {"owns": "Ripple"})
    one = f"{ana.pk}/"
    for place in ("", one, f"{one}?what=purchases", f"{one}value/", "candidates/", f"origin/?owner={ana.pk}"):
        looks_fine(page, f"/desk/people/{place}")
    for place in ("segments/", "segments/?owns=Ripple", "origin/"):
        looks_fine(page, f"/desk/people/{place}")


def test_what_stays_how_long_and_a_crm_both_ways(page: Page, ana: Person, lead: User) -> None:
    for place in ("retention/", "crm/", "crm/add/"):
        looks_fine(page, f"/desk/settings/{place}")
    set_retention(lead, "surveys", 400)
    sync = connected(lead, name="The shop’s CRM", address="https://crm.example/inbox/of/a/very/long/address")
    told = record("person", "K1", name="Ana García", email="ana@customers.example")
    pushed(
        sync,
        told,
        record("case", "T1", person="K1", subject="It leaks", opened_at="2026-01-05"),
        record("purchase", "P1", person="K1"),
    )
    note_consent(lead, ana.pk, "surveys", is_given=False, source="by telephone")
    told = {
        "failing_since": clock.now(),
        "failure": "It answered 503.",
        "retry_at": clock.now(),
        "is_on": False,
    }
    CrmSync.objects.filter(pk=sync.pk).update(
        **told, refusal="The signature is not ours.", refused_at=clock.now()
    )
    for place in ("retention/", "crm/", f"crm/{sync.pk}/", f"crm/{sync.pk}/change/"):
        looks_fine(page, f"/desk/settings/{place}")
