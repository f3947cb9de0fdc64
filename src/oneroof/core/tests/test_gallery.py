"""The gallery in a real Chromium: nothing scrolls sideways, axe finds nothing, the keys do what they say."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from oneroof.core import context
from oneroof.core.testing.browser import steady
from oneroof.core.tests.gallery import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PAGES = {
    "sheet": "/gallery/listen/",
    "inbox": "/gallery/inbox/",
    "conversation": "/gallery/inbox/?c=0",
    "nothing": "/desk/nothing/",
    "factors": "/accounts/2fa/",
    "sessions": "/accounts/sessions/",
    "email": "/accounts/email/",
    "sign-out": "/accounts/logout/",
}
OPEN_PAGES = {
    "sign-in": "/accounts/login/",
    "forgotten": "/accounts/password/reset/",
    "by-invitation": "/accounts/signup/",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, signed_in: str, live_server: Any, request: Any) -> Iterator[Page]:
    width, theme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 900 else 740}, base_url=live_server.url
    )
    cookie = {"url": live_server.url}
    context.add_cookies(
        [{"name": "sessionid", "value": signed_in, **cookie}, {"name": "theme", "value": theme, **cookie}]
    )
    page = steady(context.new_page())
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [text for text in complaints if "404" not in text and "503" not in text] == []


@pytest.fixture
def signed_in(settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> str:
    monkeypatch.setattr(context, "_sections", SECTIONS)
    settings.ROOT_URLCONF = "oneroof.core.tests.gallery"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("amir@company.example", name="Amir Agent", role="agent")
    )
    return client.session.session_key


LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


@pytest.mark.parametrize("page", LOOKS, indirect=True, ids=[f"{width}-{theme}" for width, theme in LOOKS])
def test_every_page_fits_and_is_open_to_everyone(page: Page, request: pytest.FixtureRequest) -> None:
    look = request.node.callspec.id
    faults = [fault for name, path in PAGES.items() for fault in faults_of(page, name, path, look)]
    page.context.clear_cookies(name="sessionid")
    faults += [fault for name, path in OPEN_PAGES.items() for fault in faults_of(page, name, path, look)]
    assert faults == []


def faults_of(page: Page, name: str, path: str, look: str) -> list[str]:
    page.goto(path)
    page.wait_for_load_state("networkidle") if "inbox" not in path else page.wait_for_timeout(100)
    if shots := os.environ.get("ONEROOF_SHOTS"):
        page.screenshot(path=f"{shots}/{name}-{look}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    sideways = [f"{name} {look} is {wide} px too wide"] if wide > 0 else []
    found = Axe().run(page).response["violations"]
    return sideways + [
        f"{name} {look}: {rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_j_and_k_walk_the_list_and_enter_opens(page: Page) -> None:
    page.goto(PAGES["inbox"])
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "平野" in focused(page)
    page.keyboard.press("k")
    assert "Marta" in focused(page)
    page.keyboard.press("x")
    assert page.locator("[data-row-check]").first.is_checked()
    page.locator(".row__link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/?c=0")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('li')?.textContent"))


def test_the_sheet_lists_the_keys_of_the_page_and_typing_is_left_alone(page: Page) -> None:
    page.goto(PAGES["conversation"])
    page.keyboard.press("r")
    page.keyboard.type("claim g i ?")
    assert page.locator("#r").input_value() == "claim g i ?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    assert sheet.is_visible()
    assert {"Claim", "Reply", "Inbox", "Next"} <= {
        text.strip() for text in sheet.locator("li > span:first-child").all_inner_texts()
    }
    page.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_a_sequence_of_keys_leads_to_a_section(page: Page) -> None:
    page.goto(PAGES["inbox"])
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/gallery/settings/")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.goto(PAGES["inbox"])
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("li :focus").count() == 0


def test_the_counter_counts_as_the_channel_does(page: Page) -> None:
    page.goto(PAGES["sheet"])
    page.locator("#g6").fill("👩‍👩‍👧 ab")
    assert page.locator("#g6c").inner_text() == "56"
    page.locator("#g6").fill("x" * 61)
    assert page.locator("#g6c[data-over]").inner_text() == "-1"


def test_a_form_that_asks_waits_for_the_answer(page: Page) -> None:
    page.goto(PAGES["sheet"])
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    assert page.url.endswith(PAGES["sheet"])
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#confirm").get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/gallery/listen/?*")


def test_what_is_new_waits_under_a_pill_and_a_lost_connection_says_so(page: Page) -> None:
    answers = iter([{"status": 200, "json": {"version": "8", "count": 3, "text": "3 new"}}])
    page.route("**/gallery/changes/**", lambda route: route.fulfill(**next(answers, {"status": 503})))
    page.goto(PAGES["inbox"])
    pill = page.get_by_role("button", name="3 new")
    pill.wait_for()
    page.get_by_text("Connection lost").first.wait_for()
    assert page.locator("[data-row]").count() == 6
    page.unroute("**/gallery/changes/**")
    with page.expect_request(lambda request: "/gallery/changes/?since=8" in request.url):
        pill.click()
    pill.wait_for(state="hidden")


def test_the_theme_is_kept(page: Page) -> None:
    page.goto(PAGES["sheet"])
    page.locator("summary[aria-label='Your account']").click()
    page.locator("[data-theme-choice=dark]").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 17, 14)"
