"""The community in a real browser: find without asking; ask, be answered, accept. axe finds nothing on the way."""

import os
import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_accounts import is_fine, see_as

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]
SHOTS = os.environ.get("ONEROOF_SHOTS", "")
LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
KNOWN = "How often should I descale a Ripple in a hard-water town?"


def fine_in_every_look(page: Page, name: str) -> None:
    for look in LOOKS:
        see_as(page, look)
        is_fine(page)
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{look[0]}-{look[1]}.png"), full_page=True)
    see_as(page, LOOKS[0])


def signed_in(page: Page, site: Site) -> str:
    """As a new member; their address."""
    email = f"member-{uuid4().hex[:8]}@people.example"
    page.goto(site.sign_in_link(email, "member"))
    page.goto("/")
    return email


def test_an_answer_is_found_without_asking(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="What do you want to know?")).to_be_visible()
    fine_in_every_look(page, "home")
    page.get_by_label("Your question").press_sequentially("how often descale a Ripple")
    found = page.locator("#found")
    expect(found.get_by_role("link", name=KNOWN)).to_be_visible()
    expect(found).to_contain_text("one part citric acid")
    fine_in_every_look(page, "found")
    found.locator("li", has=page.get_by_role("link", name=KNOWN)).get_by_role(
        "button", name="This solved it"
    ).click()
    expect(found).to_contain_text("Good to hear")


def test_a_question_is_asked_answered_and_accepted(page: Page, site: Site, browser: Browser) -> None:
    title = f"Why does my kettle whistle in B flat {uuid4().hex[:6]}?"
    signed_in(page, site)
    page.goto("/q/ask/")
    page.get_by_label("Your question in one line").fill(title)
    page.get_by_label("What happens, and what have you tried?").fill("It does.\n\n```python\nreturn 1\n```")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview .k")).to_have_text("return")
    fine_in_every_look(page, "ask")
    page.get_by_role("button", name="Post").last.click()
    again = page.get_by_role("button", name="Post it all the same")
    heading = page.get_by_role("heading", level=1)
    expect(again.or_(heading.filter(has_text=title))).to_be_visible()
    if again.is_visible():
        again.click()
    expect(heading).to_have_text(title)
    address = page.url
    other = browser.new_context(base_url=site.url, locale="en-GB").new_page()
    signed_in(other, site)
    other.goto(address)
    other.get_by_label("What helps?").fill("The lid is not quite shut.")
    other.get_by_role("button", name="Answer", exact=True).click()
    expect(other.locator(".answer")).to_contain_text("not quite shut")
    other.context.close()
    page.goto(address)
    page.get_by_role("button", name="This solved it").click()
    expect(page.locator(".answer--accepted")).to_contain_text("Solved it")
    expect(page).to_have_url(re.compile(r"#a\d+$"))
    fine_in_every_look(page, "question")
    page.get_by_role("link", name="Edit").first.click()
    expect(heading).to_have_text("Edit")
    fine_in_every_look(page, "edit")
    page.goto("/q/")
    expect(heading).to_have_text("Questions")
    fine_in_every_look(page, "questions")
