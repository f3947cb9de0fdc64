"""A real site, started as a newcomer starts it, in a real browser."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from oneroof.accounts.models import User
from oneroof.core.testing.browser import browsing, steady
from oneroof.core.testing.jobs import run_jobs

CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 180
type Open = Callable[[User | None], Page]
"""A page for whoever is given, signed in, or for nobody."""


@dataclass(frozen=True)
class Site:
    """The demo, running: its address, its home, and what one types at its command line."""

    url: str
    home: Path
    sign_in_url: str

    def oneroof(self, *words: str) -> dict[str, object]:
        command = [sys.executable, "-m", "oneroof.config.cli", *words, "--home", str(self.home), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(self.url))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def sign_in_link(self, email: str, role: str, *departments: str) -> str:
        rooms = [word for room in departments for word in ("--department", room)]
        return str(self.oneroof("user", "add", email, "--role", role, *rooms)["sign_in_url"])


def environment(url: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "ONEROOF_HOME"}}
    return {**kept, "ONEROOF_PUBLIC_URL": url}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sample_site(tmp_path_factory) as told:
        yield told


@contextmanager
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo on a home of its own, until the block ends."""
    home, port = tmp_path_factory.mktemp("demo"), free_port()
    url = f"http://localhost:{port}"
    log = home.with_suffix(".log")
    command = [
        sys.executable,
        "-m",
        "oneroof.config.cli",
        "demo",
        "--port",
        str(port),
        "--home",
        str(home),
        "--no-browser",
    ]
    with log.open("w") as output:
        demo = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment(url), start_new_session=True
        )
    try:
        wait_until_ready(url, demo, log)
        yield Site(url, home, sign_in_url_in(log))
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=30)


def wait_until_ready(url: str, demo: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert demo.poll() is None, f"the demo ended:\n{log.read_text()[-4000:]}"
        if is_ready(url) and "/sign-in/" in log.read_text():
            return
        time.sleep(0.3)
    pytest.fail(f"the demo was not ready in {START_SECONDS} s:\n{log.read_text()[-4000:]}")


def is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def sign_in_url_in(log: Path) -> str:
    found = re.search(r"http\S+/sign-in/\S+", log.read_text())
    assert found, log.read_text()
    return found[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for longer: while Playwright's loop runs in this thread, Django lets nobody at the database."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page at 1280 px; the test fails if the page's scripts or its policy complain."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        reduced_motion="reduce",  # axe sees no colour on its way to another
    )
    page = steady(context.new_page())
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [each for each in complaints if "404" not in each and "409" not in each] == []


@pytest.fixture
def open_as(live_server: Any) -> Iterator[Open]:
    """On a site in this process, whose database is the test's."""
    with browsing(live_server.url) as page_of:

        def opened(person: User | None) -> Page:
            client = Client()
            if person:
                client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            return page_of(client)

        yield opened


def work() -> None:
    """What the worker does; in a thread of its own, as Playwright's loop runs in this one."""
    worker = Thread(target=run_jobs)
    worker.start()
    worker.join()
