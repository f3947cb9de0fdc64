"""Every page of recognition, in public and at the desk, in a real Chromium: axe, no sideways scroll."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from oneroof.accounts.models import User
from oneroof.community.actions.members import member_of
from oneroof.community.models import Entry
from oneroof.core import clock
from oneroof.core.testing.browser import browsing, looks_fine
from oneroof.recognition.actions.claiming import claim_listing
from oneroof.recognition.actions.directory import write_listing
from oneroof.recognition.actions.ledger import settle_entry
from oneroof.recognition.actions.mvp import announce_round, choose_mvp, open_round
from oneroof.recognition.actions.routing import say_what_i_want
from oneroof.recognition.models import Listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
type Make = Callable[..., Entry]
DESK = "/desk/recognition/"


@pytest.fixture
def page_for(live_server: Any) -> Iterator[Callable[[User], Page]]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    with browsing(live_server.url) as open_page:
        yield lambda user: open_page(signed_in(user))


@pytest.fixture
def helped(lead: User, member: User, answer: Make) -> Listing:
    """Mia solved something, likes to be asked, and says that she belongs to a workshop with a very long name."""
    settle_entry(answer(author=member_of(member), at=clock.ago(days=30)).pk)
    say_what_i_want(
        member, wants_questions=True, most_a_week=3, from_hour=8, to_hour=21, listed_to="everybody",
        skills=["descaling", "seals"], languages=["en", "es"], place="Cardiff, Wales", about="Mends what drips.",
    )  # fmt: skip
    name = "Kettle-and-Coffee-Machine-Repairworkshop of Llanfairpwllgwyngyll and Daughters"
    words = {
        "place": "Llanfairpwllgwyngyll, Wales",
        "hours": "Tue–Sat 09:30–12:30 and 14:00–18:00",
        "about": "We mend.",
    }
    listing = write_listing(
        lead,
        kind="partner",
        name=name,
        skills=["repair"],
        languages=["en"],
        email="x@kettle.example",
        **words,
    )
    claim_listing(member, listing.pk, note="I work there since March.")
    return listing


def test_the_directory_in_public_and_at_the_desk(
    page_for: Callable[[User], Page], helped: Listing, lead: User, member: User
) -> None:
    public = page_for(member)
    one = helped.get_absolute_url()
    for place in (
        "/people/",
        "/people/?kind=partner",
        "/people/me/",
        f"/people/{member_of(member).pk}/",
        one,
    ):
        looks_fine(public, place)
    desk = page_for(lead)
    for place in ("directory/", "directory/new/", f"directory/{helped.pk}/", "fairness/", "routing/"):
        looks_fine(desk, f"{DESK}{place}")


def test_a_round_of_awards_before_and_after(
    page_for: Callable[[User], Page], helped: Listing, lead: User, member: User
) -> None:
    desk = page_for(lead)
    looks_fine(desk, DESK)
    chosen = open_round(lead, name="2026", perks="A mug, and *our* thanks")
    looks_fine(desk, f"{DESK}rounds/{chosen.pk}/")
    choose_mvp(lead, chosen.pk, member_of(member).pk, citation="For all those valves.")
    announce_round(lead, chosen.pk)
    for place in ("", f"rounds/{chosen.pk}/"):
        looks_fine(desk, f"{DESK}{place}")
    looks_fine(page_for(member), "/mvp/")
