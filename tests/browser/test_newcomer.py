"""A newcomer's whole walk: comes in, accepts the terms, asks, is answered, accepts, and stops the letters."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from oneroof.accounts.actions.people import add_user
from oneroof.accounts.actions.rules import publish_rules
from oneroof.accounts.models import RulesOfEngagement, User
from oneroof.accounts.policies import Role
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group
from oneroof.notify.actions.gathering import gather_letters
from oneroof.notify.actions.mailing import send_letter
from oneroof.notify.models import Preferences
from oneroof.notify.tests.conftest import Post as MailServer
from oneroof.notify.tests.conftest import post as mail_server
from tests.browser.conftest import Open, work
from tests.browser.test_community import fine_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["mail_server"]
EMAIL = "nora@customers.example"
KNOWN, TITLE = "The lid of my kettle rattles", "The lid of my kettle rattles at night"


@pytest.fixture
def group(member: User, agent: User, lead: User) -> Group:
    """With terms, and a question that is answered."""
    made = Group.objects.create(slug="kettles", name="Kettles")
    asked = ask(member, KNOWN, "Whenever it boils.", group=made)
    publish_rules(lead, "Be kind, and stay with the matter.", RulesOfEngagement.Audience.TERMS)
    answer(agent, asked.pk, "Press it down until it clicks.")
    work()
    return made


def asked_by(page: Page) -> None:
    """The terms stand between; what is near is shown once."""
    page.goto("/q/ask/")
    page.get_by_label("Your question in one line").fill(TITLE)
    page.get_by_label("What happens, and what have you tried?").fill("It did not click.")
    page.get_by_role("button", name="Post").last.click()
    expect(page.get_by_role("region", name="Known already")).to_contain_text("Press it down")
    fine_in_every_look(page, "newcomer-near")
    page.get_by_role("button", name="Post it all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    fine_in_every_look(page, "newcomer-rules")
    page.get_by_role("button", name="I accept").click()
    expect(page.get_by_label("Your question in one line")).to_have_value(TITLE)
    page.get_by_role("button", name="Post").last.click()
    page.get_by_role("button", name="Post it all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_newcomer_asks_is_answered_and_stops_the_letters_by_one_click(
    open_as: Open, group: Group, admin: User, agent: User, mail_server: MailServer
) -> None:
    nora, link = add_user(admin, EMAIL, Role.MEMBER, name="Nora Newcomer")
    page = open_as(None)
    page.goto(urlsplit(link).path)
    expect(page.get_by_role("heading", name="What do you want to know?")).to_be_visible()
    asked_by(page)
    asked = Entry.objects.get(title=TITLE)
    work()
    answer(agent, asked.pk, "Turn the lid round first.")
    work()
    for letter in gather_letters():
        send_letter(letter)
    (taken,) = mail_server.taken
    assert taken["To"] == EMAIL
    assert "Turn the lid round first." in taken.get_body(("plain",)).get_content()

    page.reload()
    expect(page.locator(".answer")).to_contain_text("Turn the lid round first.")
    page.get_by_role("button", name="This solved it").click()
    expect(page.locator(".answer--accepted")).to_contain_text("Solved it")
    fine_in_every_look(page, "newcomer-solved")

    way_out = urlsplit(str(taken["List-Unsubscribe"]).strip("<>")).path
    reader = open_as(None)
    reader.goto(way_out)
    expect(reader.get_by_role("heading", level=1)).to_have_text("No more notices by e-mail?")
    fine_in_every_look(reader, "newcomer-way-out")
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Client().post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Preferences.objects.get(user=nora).takes_email
    reader.get_by_role("button", name="Send no more e-mail").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("No more e-mail")
    answer(agent, asked.pk, "And a third word.")
    work()
    assert gather_letters() == []
