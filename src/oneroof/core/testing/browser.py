"""A page in a browser test that waits as a person waits: until it is there."""

from typing import Any

from playwright.sync_api import Page, expect

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
