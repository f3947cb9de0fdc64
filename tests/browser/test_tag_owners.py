"""A tag gets an owner, who hears of a question, says what it is for, folds a name in, and retags."""

import pytest
from playwright.sync_api import expect

from oneroof.accounts.models import User
from oneroof.community.actions.members import member_of
from oneroof.community.actions.writing import ask
from oneroof.community.models import Group
from tests.browser.conftest import Open, work
from tests.browser.test_community import fine_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_owner_keeps_a_tag(open_as: Open, agent: User, member: User, volunteer: User) -> None:
    group = Group.objects.create(slug="kettles", name="Kettles")
    ask(member, "My kettle leaks. What now?", "It drips from the seal.", group=group, tags="seal")
    ask(member, "Which gasket fits a Ripple?", "The old one is worn.", group=group, tags="gasket")
    desk = open_as(agent)
    desk.goto("/t/seal")
    desk.get_by_role("link", name="How it is kept").click()
    desk.get_by_label("Who owns it").fill(f"/m/{member_of(volunteer).pk}")
    desk.get_by_role("button", name="Give it to them").click()
    expect(desk.get_by_role("link", name="Vera Volunteer")).to_be_visible()
    fine_in_every_look(desk, "tag-keeping")
    ask(member, "And the lid?", "It rattles, seal or not.", group=group, tags="seal")
    work()

    own = open_as(volunteer)
    own.goto("/desk/notices/")
    own.get_by_role("button", name="A question for you: And the lid?").click()
    own.get_by_role("link", name="Other tags").click()
    own.get_by_label("Tags").fill("lid")
    fine_in_every_look(own, "tag-retag")
    own.get_by_role("button", name="Save").click()
    expect(own.locator("a.tag")).to_have_text(["lid"])
    own.goto("/t/seal/keeping/")
    own.get_by_label("What it is for").fill("What keeps **water** in.")
    own.get_by_role("button", name="Save").click()
    own.get_by_label("Another name").fill("gasket")
    own.get_by_role("button", name="Add").click()
    expect(own.get_by_role("button", name="gasket")).to_be_visible()

    visitor = open_as(None)
    visitor.goto("/t/gasket")
    expect(visitor).to_have_url("/t/seal")
    expect(visitor.locator("main")).to_contain_text("What keeps water in.")
    expect(visitor.get_by_role("link", name="Vera Volunteer")).to_be_visible()
    expect(visitor.get_by_role("link", name="Which gasket fits a Ripple?")).to_be_visible()
    fine_in_every_look(visitor, "tag")
