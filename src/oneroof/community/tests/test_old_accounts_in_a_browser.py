"""Whoever came along claims their old account in a real Chromium, by a letter; axe finds nothing on the way."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from oneroof.accounts.models import User
from oneroof.community.actions.old_accounts import send_account_claim
from oneroof.community.models import AccountClaim, Entry, Group, Kind, Member
from oneroof.core import clock
from oneroof.core.testing.browser import browsing, looks_fine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_for(live_server: Any) -> Iterator[Callable[[Client], Page]]:
    with browsing(live_server.url) as open_page:
        yield open_page


@pytest.fixture
def ann(kettles: Group) -> Member:
    ann = Member.objects.create(
        name="Ann",
        claim_email="ann@old.example",
        external_source="old",
        external_id="1",
        joined_at=clock.ago(days=900),
    )
    Entry.objects.create(
        kind=Kind.QUESTION, group=kettles, title="Why does it leak?", body="It drips.", author=ann
    )
    for number in range(3):
        Member.objects.create(name=f"Old hand {number}", external_source="old", external_id=f"{number + 2}")
    return ann


def test_an_old_account_is_claimed_by_its_letter(page_for: Callable[[Client], Page], ann: Member) -> None:
    page = page_for(Client())
    looks_fine(page, f"/m/{ann.pk}")
    page.get_by_role("link", name="Claim your account").click()
    looks_fine(page, "/claim/")
    page.get_by_label("E-mail address of your old account").fill("ann@old.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your letters")).to_be_visible()
    send_account_claim(claim_id=AccountClaim.objects.get().pk, language="en")
    (letter,) = mail.outbox
    path = re.search(r"https?://[^/\s]+(/claim/\S+)", str(letter.body))
    assert path
    looks_fine(page, path[1])
    page.get_by_role("button", name="Yes, this is me").click()
    page.wait_for_url(f"**/m/{ann.pk}*")
    ann.refresh_from_db()
    assert ann.user is not None
    assert ann.user.email == "ann@old.example"
    looks_fine(page, "/claim/")


def test_a_lead_gives_one_by_hand(
    page_for: Callable[[Client], Page], ann: Member, lead: User, member: User
) -> None:
    client = Client()
    client.force_login(lead)
    page = page_for(client)
    looks_fine(page, "/desk/settings/old-accounts/")
    looks_fine(page, "/desk/settings/old-accounts/?text=Ann")
    page.get_by_label("Address of the account that takes Ann").fill(member.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ann", exact=True)).to_have_count(0)
    ann.refresh_from_db()
    assert ann.user == member
