"""Notices in a browser and the pages of rooms, in a real Chromium: without a push service, as far as that goes."""

import json
import os
import shutil
import time
from collections.abc import Iterator
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
from oneroof.notify.actions.outlets import Wanted, add_own_room, add_shared_room, tie_browser
from oneroof.notify.carriers import push
from oneroof.notify.carriers.base import Line, Message
from oneroof.notify.models import Outlet
from oneroof.notify.tests.browser_side import BrowserSide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_PUSH_SERVICE = """
const held = {
  endpoint: %(endpoint)s,
  unsubscribe: async () => { sessionStorage.gone = 1; },
  toJSON: () => (%(made)s),
};
PushManager.prototype.subscribe = async (asked) => {
  sessionStorage.tied = asked.applicationServerKey.length;
  return held;
};
PushManager.prototype.getSubscription = async () => (sessionStorage.tied && !sessionStorage.gone ? held : null);
"""


@pytest.fixture
def page(live_server: Any, lead: User, request: Any) -> Iterator[Page]:
    client = Client()
    client.force_login(lead)
    width, theme = getattr(request, "param", (1280, "light"))
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
        connections.close_all()  # those of Playwright's loop, which nobody else closes
        browser.close()


def look(page: Page, name: str) -> None:
    if shots := os.environ.get("ONEROOF_SHOTS"):
        page.screenshot(path=str(Path(shots) / f"notify-{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


def can_be_installed(page: Page) -> None:
    """The browser itself reads the manifest and its icons, and finds nothing wrong."""
    devtools = page.context.new_cdp_session(page)
    read = devtools.send("Page.getAppManifest")
    assert read["url"].endswith("/desk.webmanifest")
    assert read["errors"] == []
    wrong = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {each["errorId"] for each in wrong} <= {"in-incognito"}, "which every test's window is"


def test_where_no_push_service_answers_it_says_so_and_its_worker_shows_what_is_pushed(page: Page) -> None:
    page.context.grant_permissions(["notifications"])
    page.goto("/desk/settings/notices/")
    can_be_installed(page)
    page.get_by_role("button", name="Show notices in this browser").click()
    expect(page.locator("#push-failure")).to_contain_text("could not be tied")
    assert not Outlet.objects.exists()
    told = Message("t1", "2 notices", [Line("مرحبا <b>", page.url), Line("Second", page.url)], "", page.url)
    devtools = page.context.new_cdp_session(page)
    registered: list[dict[str, Any]] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: registered.extend(said["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')")
    until = time.monotonic() + 20
    while not registered and time.monotonic() < until:  # the tools tell of it in their own time
        page.wait_for_timeout(50)
    assert registered[0]["scopeURL"] == page.url.partition("/desk")[0] + "/"
    origin, number = registered[0]["scopeURL"].rstrip("/"), registered[0]["registrationId"]
    pushed = {"origin": origin, "registrationId": number, "data": push.payload(told).decode()}
    devtools.send("ServiceWorker.deliverPushMessage", pushed)
    shown = "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
    page.wait_for_function(f"{shown}.then((all) => all.length === 1)")
    seen = page.evaluate(f"{shown}.then(([one]) => [one.title, one.body, one.tag, one.data.url])")
    assert seen == ["2 notices", "مرحبا <b>\nSecond", "t1", page.url]


def test_a_browser_is_tied_and_let_go(page: Page, lead: User) -> None:
    made = BrowserSide().subscription("https://push.example/1")
    asked = {"endpoint": json.dumps("https://push.example/1"), "made": json.dumps(made)}
    page.context.grant_permissions(["notifications"])
    page.add_init_script(A_PUSH_SERVICE % asked)
    page.goto("/desk/settings/notices/")
    expect(page.get_by_role("button", name="Show notices in this browser")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_text("this browser", exact=True)).to_be_visible()
    assert page.evaluate("sessionStorage.tied") == "65"
    outlet = Outlet.objects.get()
    assert (outlet.user, outlet.name) == (lead, "Chrome, Linux")
    page.get_by_role("button", name="No more in this browser").click()
    expect(page.get_by_role("button", name="Show notices in this browser")).to_be_visible()
    assert not Outlet.objects.exists()


def test_who_has_forbidden_notices_is_told_where_to_allow_them(page: Page) -> None:
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page.goto("/desk/settings/notices/")
    expect(page.get_by_text("You have forbidden this site")).to_be_visible()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { get: () => false })")
    page.reload()
    expect(page.get_by_text("only from a site with https://")).to_be_visible()
    page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', { get: () => true }); delete window.PushManager"
    )
    page.reload()
    expect(page.get_by_text("This browser can’t show notices")).to_be_visible()


@pytest.mark.parametrize(
    "page", [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")], indirect=True, ids=str
)
def test_the_pages_look_after_browsers_and_rooms(page: Page, lead: User, request: Any) -> None:
    hook, size = (
        {"address": "https://chat.example/hook"},
        request.node.callspec.id.strip("()").replace(", ", "-"),
    )
    care = Department.objects.create(slug="care-2", name="Care")
    tie_browser(lead, BrowserSide().flat("https://push.example/1"), "Firefox, Linux")
    own = add_own_room(lead, "slack", hook, Wanted(name="Just me"))
    add_shared_room(lead, "teams", hook, Wanted(name="Crisis room", kinds=["risk", "service_breached"]), None)
    broken = add_shared_room(lead, "mattermost", hook, Wanted(name="care-team"), care.pk)
    Outlet.objects.filter(pk=broken.pk).update(is_on=False, failure="It answered 404.", failed_at=clock.now())
    Outlet.objects.filter(pk=own.pk).update(worked_at=clock.now())
    for name, address in (
        ("choices", "/desk/settings/notices/"),
        ("rooms", "/desk/settings/rooms/"),
        ("new", "/desk/settings/rooms/new/matrix/"),
        ("room", f"/desk/settings/rooms/{broken.pk}/"),
    ):
        page.goto(address)
        look(page, f"{name}-{size}".replace("'", ""))
    page.goto("/desk/settings/notices/")
    page.locator("#push").scroll_into_view_if_needed()
    look(page, f"push-{size}".replace("'", ""))
