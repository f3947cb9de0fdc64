"""A page in a browser test that waits as a person waits: until it is there."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
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

expect.set_options(timeout=PATIENCE_MS)


def steady(page: Page) -> Page:
    """Keys go to a page that listens to them: its address is there before its scripts are."""
    press = page.keyboard.press

    def press_when_heard(key: str, **how: Any) -> None:
        page.wait_for_function(LISTENS)
        press(key, **how)

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
