"""Contacts and posts give drivers, slices, and a day's twenty whose states work, in a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from oneroof.accounts.models import Department, User
from oneroof.core import clock
from oneroof.core.testing.browser import steady
from oneroof.core.tests.test_gallery import FLAGS
from oneroof.insight.actions.learning import place_posts
from oneroof.insight.actions.twenty import make_day
from oneroof.insight.models import Burst, Complaint, Contact, Reason
from oneroof.insight.tests.test_twenty import LATE, LEAKS
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("site")]

PAGES = ("", "today/?department=all", "slices/", "bursts/", "products/")
LOOKS = ((1280, "light"), (360, "dark"))


@pytest.fixture
def page(live_server: Any, lead: User) -> Iterator[Page]:
    client = Client()
    client.force_login(lead)
    chromium = os.environ.get("ONEROOF_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "No Chromium is on the path: install your system's package, on Debian “chromium”."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        yield steady(context.new_page())
        connections.close_all()  # those of Playwright's loop, which nobody else closes
        browser.close()


def hear_and_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneroof.insight.actions.twenty.is_available", lambda: False)
    care = Department.objects.get_or_create(slug="care", defaults={"name": "Care"})[0]
    source = Source.objects.create(network="files", name="Kettle forum", department=care)
    noon = clock.ago(days=1).replace(hour=12)  # in the middle of its day, whenever the test runs
    said = [
        RawPost(
            external_id=text, author_handle=f"author{number}", text=text, followers=100 * number,
            created_at=noon - timedelta(minutes=number),
        )
        for number, text in enumerate(LEAKS + LATE)
    ]  # fmt: skip
    receive_posts(source, said)
    place_posts(list(Post.objects.values_list("pk", flat=True)))
    reason = Reason.objects.create(name="Late parcel", department=care)
    for number in range(3):
        Contact.objects.create(
            external_id=str(number), channel="phone", customer=f"c{number}", text=LATE[number], reason=reason,
            opened_at=noon - timedelta(minutes=number), cost=4,
        )  # fmt: skip
    Burst.objects.create(
        stream="all", source=source, began_at=noon, minutes=5, count=31, usual=2.5, words=["spout", "kettle"],
        posts=list(Post.objects.values_list("pk", flat=True)[:2]),
    )  # fmt: skip
    make_day(noon.date())
    make_day((noon - timedelta(days=1)).date())


def test_a_complaint_goes_from_new_to_fixed(page: Page, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hear_and_log(monkeypatch)
    page.goto("/desk/insight/")
    expect(page.get_by_role("link", name="Late parcel")).to_be_visible()
    page.goto("/desk/insight/today/?department=all")
    complaint = Complaint.objects.order_by("-days__people", "pk").first()
    assert complaint is not None
    page.get_by_role("link", name=complaint.name).click()
    page.get_by_label("How far it is").select_option("fixed")
    page.get_by_label("Owner").select_option(str(lead.pk))
    page.get_by_label("What was done").fill("New spouts since Monday.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Leave drafts")).to_be_visible()
    page.get_by_role("link", name="The day’s twenty").click()
    expect(page.get_by_text("Fixed", exact=True).first).to_be_visible()
    for path in (*PAGES, f"complaints/{complaint.pk}/"):
        _look_at(page, path)


def _look_at(page: Page, path: str) -> None:
    """Nothing scrolls sideways, axe finds nothing; pictures where somebody asks for them."""
    shots = os.environ.get("ONEROOF_SHOTS")
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url.partition("/desk")[0]}])
        page.goto(f"/desk/insight/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, width)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        if shots:
            name = (path.partition("?")[0].strip("/") or "drivers").replace("/", "-")
            page.screenshot(path=Path(shots) / f"insight-{name}-{width}-{theme}.png", full_page=True)
