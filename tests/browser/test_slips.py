"""What goes wrong between two people, or by one key too many, in a real browser."""

import time

import pytest
from playwright.sync_api import Page, expect

from oneroof.core.testing.browser import steady
from tests.browser.conftest import Site
from tests.browser.test_journey import enter, keys, open_first, wait_for_rows, write_to_us

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def asked(page: Page, site: Site, *authors: str) -> str:
    """As many open conversations, listed; the word that finds them."""
    word = f"slipwort{time.time_ns()}"
    for author in authors:
        write_to_us(site, f"Where is the {word} of {author}?", author)
    page.goto(f"/desk/inbox/?view=open&q={word}")
    wait_for_rows(page, len(authors))
    return word


def test_a_post_on_the_main_network_of_the_demo_is_answered_from_here(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    page.goto("/desk/inbox/?view=unclaimed")
    page.locator("#rows .row:has(.row__where:text-is('Chirrup')) .row__link").first.click()
    expect(page.locator("#composer")).to_be_visible()
    keys(page, "c")
    expect(page.locator("#head")).to_contain_text("Mine until")
    keys(page, "r")
    words = f"It is on its way, {time.time_ns()}."
    page.keyboard.type(words)
    page.locator("input[name=accept]").check()
    keys(page, "Control+Enter")
    ours = page.locator("#thread .post--ours", has_text=words)
    expect(ours.locator(".pill")).to_have_text("Sent", timeout=45_000)
    assert any(words in kept.read_text() for kept in (site.home / "replies").glob("*.json"))


def test_who_asks_to_take_over_takes_over_while_the_other_writes(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    asked(page, site, "pip")
    open_first(page)
    keys(page, "r")
    reply = page.locator("#composer .says__reply textarea")
    expect(reply).to_be_focused()
    other = page.context.browser.new_context(base_url=site.url)  # type: ignore[union-attr]
    lead = steady(other.new_page())
    enter(lead, site, "lead")
    lead.goto(page.url)
    keys(lead, "T")
    with page.expect_response("**/draft/"):
        page.keyboard.type("Dear Pip")
    with lead.expect_response(lambda answer: "/changes/?version" in answer.url or "/changes/" in answer.url):
        pass
    lead.wait_for_timeout(2_500)  # a round of the open pane, which must not touch the question
    lead.locator("#confirm [data-confirm-yes]").press("Enter")
    expect(lead.locator("#head")).to_contain_text("Mine until")
    other.close()
    expect(page.get_by_role("alert")).to_contain_text("is answering this conversation now", timeout=45_000)
    expect(page.locator("#composer .says__reply button.btn--primary")).to_be_disabled()
    expect(reply).to_have_value("Dear Pip")


def test_a_colleagues_name_is_completed_in_a_note(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    asked(page, site, "ana")
    open_first(page)
    keys(page, "n")
    page.keyboard.type("Please look, @cel")
    expect(page.get_by_role("option", name="Céline Aubrac")).to_be_visible()
    keys(page, "Enter")
    page.keyboard.type("today")
    expect(page.locator("textarea[data-names]")).to_have_value("Please look, @Céline Aubrac today")
    keys(page, "Control+Enter")
    expect(page.locator("#thread .post--note")).to_contain_text("@Céline Aubrac today")


def test_one_goes_on_where_one_was_and_a_closing_is_undone(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    asked(page, site, "ana", "ben", "cem")
    keys(page, "j", "j", "j", "x", "t")
    page.keyboard.type("slip")
    keys(page, "Enter")
    expect(page.locator("#toasts")).to_contain_text("Done with 1 conversation.")
    expect(page.locator("#rows .row").nth(2).locator(".row__link")).to_be_focused()
    keys(page, "x", "e", "3")
    expect(page.locator("#rows .row")).to_have_count(2)
    keys(page, "z")
    expect(page.locator("#rows .row")).to_have_count(3)
