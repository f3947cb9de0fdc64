"""Takes the README's pictures from the demo: ``make pictures``. Look at them before they are committed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent.parent / "docs" / "images"
SIZE: ViewportSize = {"width": 1280, "height": 800}
PORT = 8791
PICTURES: tuple[tuple[Literal["light", "dark"], str], ...] = (
    ("light", "inbox.png"),
    ("dark", "inbox-dark.png"),
)
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]


@contextmanager
def demo() -> Iterator[str]:
    """The demo on a home of its own; its sign-in link."""
    with tempfile.TemporaryDirectory(prefix="oneroof-pictures-") as home:
        command = [sys.executable, "-m", "oneroof.config.cli", "demo", "--home", home, "--port", str(PORT)]
        running = subprocess.Popen([*command, "--no-browser", "--json"], stdout=subprocess.PIPE)
        try:
            assert running.stdout
            yield json.loads(running.stdout.readline())["sign_in_url"]
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def take(browser: Browser, link: str) -> None:
    """The inbox with a conversation open, by day and by night."""
    page = browser.new_page(viewport=SIZE, locale="en-GB", timezone_id="Europe/London", device_scale_factor=1)
    page.goto(link)
    page.goto(f"http://localhost:{PORT}/desk/inbox/")
    page.locator(".row__link").first.click()
    page.locator("#detail textarea, #detail form").first.wait_for()
    for scheme, name in PICTURES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(500)  # colours change softly
        page.screenshot(path=str(IMAGES / name))


if __name__ == "__main__":
    with demo() as link, sync_playwright() as playwright:
        executable = os.environ.get("ONEROOF_CHROMIUM") or None
        with playwright.chromium.launch(executable_path=executable, args=FLAGS) as browser:
            take(browser, link)
