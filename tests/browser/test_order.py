"""Order in a real browser: what is secret is nowhere for an outsider; a report is disposed of by keys."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_community import fine_in_every_look, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def asked_in(page: Page, address: str, title: str, body: str) -> str:
    """Where the question stands then."""
    page.goto(address)
    page.get_by_label("Your question in one line").fill(title)
    page.get_by_label("What happens, and what have you tried?").fill(body)
    page.get_by_role("button", name="Post").last.click()
    again = page.get_by_role("button", name="Post it all the same")
    heading = page.get_by_role("heading", level=1).filter(has_text=title)
    expect(again.or_(heading)).to_be_visible()
    if again.is_visible():
        again.click()
    expect(heading).to_be_visible()
    return page.url


def test_a_secret_group_is_nowhere_for_an_outsider(page: Page, site: Site, browser: Browser) -> None:
    secret = f"quagga{uuid4().hex[:6]}"
    page.goto(site.sign_in_link(f"keeper-{uuid4().hex[:6]}@company.example", "agent"))
    page.goto("/g/")
    fine_in_every_look(page, "groups")
    page.get_by_role("link", name="Make a group").click()
    page.get_by_label("Name").fill(f"The {secret} den")
    page.get_by_label("Secret", exact=False).check()
    fine_in_every_look(page, "group-form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"The {secret} den")
    room = page.url
    place = asked_in(
        page, f"/q/ask/?group={room.rstrip('/').rpartition('/')[2]}", f"Where is the {secret}?", "Here."
    )
    page.goto(room)
    expect(page.get_by_role("link", name=secret)).to_be_visible()
    fine_in_every_look(page, "group")
    page.get_by_role("link", name="People").click()
    fine_in_every_look(page, "group-people")
    outsider = browser.new_context(base_url=site.url, locale="en-GB").new_page()
    signed_in(outsider, site)
    for address in ("/", "/g/", "/q/", "/feed", "/sitemap-0.xml", "/found/?q=Where+is+it"):
        assert secret not in outsider.request.get(address).text(), address
    for address in (room, place):
        answered = outsider.request.get(address)
        assert (answered.status, f"the {secret}" in answered.text().lower()) == (404, False), address
    outsider.goto("/")
    outsider.get_by_label("Your question").fill(f"Where is the {secret}")
    expect(outsider.locator("#found")).not_to_contain_text("den")
    outsider.context.close()


def test_a_moderator_disposes_of_a_report_by_keys(page: Page, site: Site, browser: Browser) -> None:
    mark = uuid4().hex[:8]
    writer = browser.new_context(base_url=site.url, locale="en-GB").new_page()
    signed_in(writer, site)
    place = asked_in(
        writer, "/q/ask/", f"Shoes, cheap shoes {mark}", f"Nobody sells shoes like we do {mark}."
    )
    writer.context.close()
    signed_in(page, site)
    page.goto(place)
    page.get_by_role("link", name="Report").first.click()
    page.get_by_label("Advertising or spam").check()
    page.get_by_label("What a moderator should know").fill("It sells shoes.")
    fine_in_every_look(page, "report")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("A moderator will look at it")).to_be_visible()
    page.goto(site.sign_in_link(f"mod-{uuid4().hex[:6]}@company.example", "agent"))
    page.goto("/desk/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/desk/moderation/$"))
    fine_in_every_look(page, "moderation")
    row = page.locator("[data-row]", has_text=mark)
    for _press in range(60):
        page.keyboard.press("j")
        if row.locator("a:focus").count():
            break
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text("It sells shoes.")
    fine_in_every_look(page, "moderation-one")
    page.keyboard.press("1")
    expect(page.get_by_text("Taken away.")).to_be_visible()
    expect(page.locator("[data-row]", has_text=mark)).to_have_count(0)
    assert page.request.get("/desk/moderation/decided/").ok
    outsider = browser.new_context(base_url=site.url).new_page()
    assert outsider.request.get(place).status == 404
    outsider.context.close()
