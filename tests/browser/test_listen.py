"""Listen in a real browser: a watch by keyboard, its past catches, and pages that everyone can use."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

PAGES = (
    "/desk/listen/",
    "/desk/listen/?q=kettle&feeling=negative&lang=en",
    "/desk/listen/?q=kettle+AND",
    "/desk/listen/watches/?whose=all",
    "/desk/listen/watches/new/?query=kettle",
    "/desk/listen/watches/new/?query=kettle+AND",
    "/desk/listen/language/",
    "/desk/listen/sources/",
    "/desk/listen/sources/1/",
    "/desk/listen/sources/1/settings/",
    "/desk/listen/sources/new/",
    "/desk/listen/sources/new/webhook/",
)


def enter(page: Page, site: Site, role: str = "volunteer") -> None:
    page.goto(site.sign_in_link(f"{role}.{time.time_ns()}@listen.example", role))


def test_a_watch_is_made_and_its_catches_are_judged_by_keyboard(page: Page, site: Site) -> None:
    enter(page, site)
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/desk/listen/")
    page.keyboard.press("n")
    page.wait_for_url("**/watches/new/")
    page.keyboard.type("kettle OR teapot")
    expect(page.locator("#preview mark").first).to_have_text(re.compile("kettle|teapot", re.IGNORECASE))
    expect(page.locator("#verdict")).to_contain_text("Last 30 days")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/listen/\?watch=\d+"))
    reload_until_caught(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    useful = page.locator("#detail [data-key=u]")
    expect(useful).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("u")
    expect(useful).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("d")
    expect(page.locator("#detail [data-key=d]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/desk/listen/watches/")
    expect(page.locator("tbody tr")).to_contain_text("0 % of 1")


def reload_until_caught(page: Page) -> None:
    """What a new watch would have caught follows in a job."""
    deadline = time.monotonic() + 20
    while not page.locator("#rows mark").count() and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        page.reload()
    expect(page.locator("#rows mark").first).to_be_visible()


def test_a_mistake_is_pointed_at_while_one_writes_and_goes_when_it_is_mended(page: Page, site: Site) -> None:
    enter(page, site)
    page.goto("/desk/listen/watches/new/")
    page.keyboard.type("kettle AND")
    expect(page.locator("#verdict .query__bad")).to_have_text("AND")
    page.keyboard.type(" lid")
    expect(page.locator("#verdict .tiles")).to_be_visible()
    expect(page.locator(".query__bad")).to_have_count(0)
    expect(page.locator("#id_query")).to_be_focused()


def test_a_new_post_waits_under_a_pill(page: Page, site: Site) -> None:
    enter(page, site)
    said = site.home / "said.csv"
    said.write_text(
        "external_id,author_handle,text,created_at\n"
        f'pill-{time.time_ns()},pip,"A pill of a kettle arrived, is it late?",2026-01-05T10:00:00Z\n'
    )
    page.goto("/desk/listen/?q=%22pill+of+a+kettle%22")
    expect(page.locator("#rows .empty")).to_be_visible()
    page.wait_for_timeout(200)
    site.oneroof("import", str(said), "--as", "posts", "--format", "csv", "--source", "Pill post")
    pill = page.get_by_role("button", name="1 new post")
    expect(pill).to_be_visible(timeout=45_000)
    page.keyboard.press(".")
    expect(page.locator("#rows mark").first).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_every_page_fits_and_is_open_to_everyone(page: Page, site: Site, width: int, theme: str) -> None:
    enter(page, site, "lead")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    faults = [fault for path in PAGES for fault in faults_of(page, path)]
    page.goto("/desk/listen/?q=kettle")
    page.locator("#rows .row__link").first.click()
    page.locator("#detail .reasons").wait_for()
    faults += faults_here(page, "a post")
    if width < 900:
        page.locator(".pane__back").click()
    page.get_by_role("button", name="Filter").click()
    faults += faults_here(page, "the filters")
    assert faults == []


def faults_of(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    assert answer
    assert answer.ok, f"{path}: {answer.status}"
    return faults_here(page, path)


def faults_here(page: Page, name: str) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    sideways = [f"{name} is {wide} px too wide"] if wide > 0 else []
    found = Axe().run(page).response["violations"]
    return sideways + [
        f"{name}: {rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
