"""A lead states a target, reads whom it would punish, and takes it back, in a real Chromium."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from oneroof.accounts.models import Department, User
from oneroof.care.actions.states import close_conversation, reopen_conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.core.testing.browser import browsing
from oneroof.experience.models import Target
from oneroof.experience.tests.conftest import SignIn
from oneroof.listening.models import Source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("site")]

LOOKS = ((1280, "light"), (360, "dark"))


def test_a_target_is_stated_read_and_taken_back(
    live_server: Any, forum: Source, hear: Hear, lead: User, signed_in: SignIn
) -> None:
    care = Department.objects.create(slug="kare", name="Kare")
    hear(forum, said("1", "@brumi, my kettle leaks at the seal since Monday. What now?"))
    (conversation,) = hear(forum, said("1-r", "Here.", author="brumi", parent_id="1", minute=5))
    type(conversation).objects.update(department=care)
    close_conversation(lead, conversation.pk, "solved")
    reopen_conversation(lead, conversation.pk)
    with browsing(live_server.url) as page_for:
        page = page_for(signed_in(lead))
        page.goto("/desk/experience/teams/targets/add/")
        _is_fine(page, "add")
        page.get_by_label("Whose").select_option("Kare")
        page.get_by_label("Measured by").select_option("Handle time")
        page.get_by_label("At least").fill("20")
        page.get_by_label("Helpful acts that may hurt it").fill("0")
        page.get_by_label("By", exact=True).fill(str(clock.now().date() + timedelta(days=20)))
        page.get_by_role("button", name="State it").click()
        expect(page.get_by_text("closes early, asks nobody")).to_be_visible()
        _is_fine(page, "refused", looks=LOOKS[:1])
        page.get_by_label("Measured by").select_option("Conversations closed, a week")
        page.get_by_role("button", name="State it").click()
        expect(page.get_by_text("This target collides with helping")).to_be_visible()
        expect(page.get_by_role("link", name="my kettle leaks")).to_be_visible()
        _is_fine(page, "target")
        for path, name in (("teams/targets/", "targets"), (f"teams/{care.pk}/", "team"), ("teams/", "teams")):
            page.goto(f"/desk/experience/{path}")
            _is_fine(page, name)
        page.goto(f"/desk/experience/teams/targets/{Target.objects.get().pk}/")
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("The target is taken back.")).to_be_visible()


def _is_fine(page: Page, name: str, looks: tuple[tuple[int, str], ...] = LOOKS) -> None:
    """Nothing scrolls sideways, axe finds nothing; pictures where somebody asks for them."""
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (name, width)
        if shots := os.environ.get("ONEROOF_SHOTS"):
            page.screenshot(path=Path(shots) / f"{name}-{width}-{theme}.png", full_page=True)
