"""A page in a browser test that waits as a person waits: until it is there."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 30_000
LISTENS = "document.documentElement.dataset.keys === 'ready'"
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (360, "dark"))
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
TABS_OUT_OF_SIGHT = """() => [...document.querySelectorAll(".tabs [aria-current]")].filter(tab => {
    const box = tab.getBoundingClientRect();
    return box.left < -1 || box.right > window.innerWidth + 1;
}).map(tab => tab.textContent)"""

expect.set_options(timeout=PATIENCE_MS)


def steady(page: Page) -> Page:
    """Keys go to a page that listens to them: its address is there before its scripts are.

    Nothing moves or fades, so that a page is judged as it stays and not on the way from one look to another.
    """
    press = page.keyboard.press

    def press_when_heard(key: str, **how: Any) -> None:
        page.wait_for_function(LISTENS)
        press(key, **how)

    page.emulate_media(reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    page.keyboard.press = press_when_heard  # type: ignore[method-assign]
    return page


@contextmanager
def browsing(url: str) -> Iterator[Callable[[Client], Page]]:
    """Pages on a site that runs in this process: each for whoever is signed in with a client, or for nobody."""
    path = os.environ.get("ONEROOF_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield lambda client: _page_of(browser, url, client)
        connections.close_all()  # those of Playwright's loop, which nobody else closes
        browser.close()


def _page_of(browser: Browser, url: str, client: Client) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        base_url=url,
        locale="en-GB",
        reduced_motion="reduce",  # axe sees no colour on its way to another
    )
    if session := client.cookies.get("sessionid"):
        context.add_cookies([{"name": "sessionid", "value": session.value, "url": url}])
    return steady(context.new_page())


def looks_fine(page: Page, path: str) -> None:
    """Wide and light, narrow and dark: nothing scrolls sideways, the current tab is in sight, axe finds nothing.

    Pictures, where somebody asks for them.
    """
    shots, name = os.environ.get("ONEROOF_SHOTS"), re.sub(r"\W+", "-", path).strip("-")
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate(FITS), (path, width)
        assert page.evaluate(TABS_OUT_OF_SIGHT) == [], (path, width)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (path, width)
        if shots:
            page.screenshot(path=Path(shots) / f"{name}-{width}-{theme}.png", full_page=True)
