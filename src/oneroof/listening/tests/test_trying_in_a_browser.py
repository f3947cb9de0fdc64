"""Trying a source out, in a real Chromium: nothing typed is lost, and the page stays open to everyone."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from oneroof.accounts.models import User
from oneroof.core.testing.browser import steady
from oneroof.core.testing.web import LOOPBACK, answer, local_web
from oneroof.core.tests.test_gallery import FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = ("My kettle leaks. What now?", "الغلاية تسرب 😡", "word " * 90, "unbroken" * 30)
LIST = [
    {"no": number, "words": text, "by": {"nick": "mia"}, "at": 1_772_442_000 + number, "likes": number}
    for number, text in enumerate(TEXTS, start=1)
]


@pytest.fixture
def page(live_server: Any, lead: User, settings: Any, request: Any) -> Iterator[Page]:
    settings.ALLOWED_PRIVATE_NETWORKS = LOOPBACK
    client = Client()
    client.force_login(lead)
    width, theme = request.param
    chromium = os.environ.get("ONEROOF_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        session, cookie = client.cookies["sessionid"].value, {"url": live_server.url}
        context.add_cookies(
            [{"name": "sessionid", "value": session, **cookie}, {"name": "theme", "value": theme, **cookie}]
        )
        yield steady(context.new_page())
        browser.close()


@pytest.mark.parametrize("page", [(1280, "light"), (360, "dark")], indirect=True, ids=["desk", "phone"])
def test_a_mapping_is_mended_until_it_fits_and_the_secret_stays(page: Page, request: Any) -> None:
    with local_web() as web:
        web.otherwise = answer(json.dumps({"items": [*LIST, {"no": 9}]}))
        page.goto("/desk/listen/sources/new/json/")
        look(page, f"{request.node.callspec.id}-empty")
        page.get_by_label("Address of the list").fill(web.url("/list?k={secret}"))
        page.locator("#id_setting_secret").fill("let-me-in")
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#trial")).to_contain_text("there is no list, but an object with items")
        for label, path in (("Where the list lies", "items"), ("Where an entry’s id lies", "no")):
            page.get_by_label(label).fill(path)
        page.get_by_label("Where its text lies").fill("words")
        page.get_by_label("Where its author lies").fill("by.nick")
        page.get_by_label("Where its time lies").fill("at")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#trial .post")).to_have_count(len(LIST))
        expect(page.locator("#id_setting_secret")).to_have_value("let-me-in")
        look(page, f"{request.node.callspec.id}-tried")
    assert {asked.path for asked in web.asked} == {"/list?k=let-me-in"}


def look(page: Page, name: str) -> None:
    if shots := os.environ.get("ONEROOF_SHOTS"):
        page.screenshot(path=str(Path(shots) / f"trying-{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
