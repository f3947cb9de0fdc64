"""A year's round in a real browser: opened, chosen from the ledger, announced, read, and over after a year."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from playwright.sync_api import expect

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Group, Member
from oneroof.recognition.actions.ledger import settle_entry
from oneroof.recognition.actions.mvp import end_awards
from oneroof.recognition.models import Award
from tests.browser.conftest import Open
from tests.browser.test_community import fine_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def helped(member: User) -> User:
    """Mia solved what Otto asked; Otto solved nothing."""
    group = Group.objects.create(slug="kettles", name="Kettles")
    otto = User.objects.create_user("otto@customers.example", name="Otto Other", role=Role.MEMBER)
    for each in (member, otto):
        Member.objects.create(user=each, name=each.name, trust=4)
    asked = ask(otto, "My kettle leaks. What now?", "It drips from the seal.", group=group, tags="seal")
    said = answer(member, asked.pk, "Turn the seal round, then press it in.")
    accept(otto, said.pk)
    settle_entry(said.pk)
    return member


def test_a_round_is_opened_chosen_announced_and_over_after_a_year(
    open_as: Open, lead: User, helped: User, tmp_path: Path
) -> None:
    desk = open_as(lead)
    desk.goto("/desk/recognition/")
    desk.get_by_label("Name").fill("2026")
    desk.get_by_label("What goes with it").fill("A **mug**, and our thanks.")
    fine_in_every_look(desk, "rounds")
    desk.get_by_role("button", name="Open it").click()
    candidates = desk.locator("section", has=desk.get_by_role("heading", name="Candidates")).locator("li")
    expect(candidates).to_have_count(1)
    expect(candidates).to_contain_text("Mia Member")
    expect(candidates).to_contain_text("1 person helped")
    candidates.get_by_label("What for").fill("For patience with wet kitchens")
    fine_in_every_look(desk, "round")
    candidates.get_by_role("button", name="Choose").click()
    chosen = desk.locator("section", has=desk.get_by_role("heading", name="Chosen"))
    expect(chosen).to_contain_text("For patience with wet kitchens")
    expect(chosen).to_contain_text("mug")
    visitor = open_as(None)
    visitor.goto("/mvp/")
    expect(visitor.get_by_text("For patience with wet kitchens")).to_have_count(0)
    desk.get_by_role("button", name="Announce").click()
    desk.get_by_role("dialog").get_by_role("button", name="Announce").click()
    expect(chosen).to_contain_text("Announced")

    visitor.reload()
    expect(visitor.locator(".public__main")).to_contain_text("For patience with wet kitchens")
    expect(visitor.get_by_role("link", name="My letter")).to_have_count(0)
    fine_in_every_look(visitor, "mvp")

    honoured = open_as(helped)
    honoured.goto("/desk/notices/")
    honoured.get_by_role("button", name="you are one of this year’s MVPs").click()
    expect(honoured.get_by_role("heading", level=1)).to_have_text("Our MVPs")
    expect(honoured.locator("strong", has_text="mug")).to_be_visible()
    fine_in_every_look(honoured, "mvp-own")
    with honoured.expect_download() as letter:
        honoured.get_by_role("link", name="My letter").click()
    letter.value.save_as(tmp_path / "letter.pdf")
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")
    honoured.get_by_role("link", name="Your group").click()
    expect(honoured.get_by_role("heading", level=1)).to_have_text("MVP 2026")
    room = honoured.url

    Award.objects.update(ends_at=F("ends_at") - timedelta(days=366))  # a year goes by
    assert end_awards() == 1
    visitor.goto("/mvp/")
    expect(visitor.get_by_text("For patience with wet kitchens")).to_have_count(0)
    assert honoured.request.get(room).status == 404
