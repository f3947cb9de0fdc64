"""The pages of accounts, notices and people in a real browser: axe on each, and by keyboard alone."""

import re
import time
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from oneroof.config.sample.company import load
from oneroof.core import clock
from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

SIGNED_OUT = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing-here/"]
OWN = [
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
]
DESK = [
    "/",
    "/desk/notices/",
    "/desk/people/",
    "/desk/people/1/",
    "/desk/settings/profile/",
    "/desk/settings/tokens/new/",
    "/desk/settings/notices/",
    "/desk/settings/rules/",
    "/desk/settings/rules/1/",
    "/desk/settings/rules/new/",
    "/desk/settings/people/",
    "/desk/settings/people/new/",
    "/desk/settings/people/1/",
    "/desk/settings/departments/",
    "/desk/settings/departments/1/",
    "/desk/settings/audit/",
]


def is_fine(page: Page) -> None:
    """Nothing scrolls sideways, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == [], page.url


def sign_in(page: Page, site: Site, role: str = "admin") -> str:
    email = f"{role}-{uuid4().hex[:8]}@tarn.example"
    page.goto(site.sign_in_link(email, role, "Care"))
    expect(page).to_have_url(re.compile("/desk/"))
    return email


@pytest.mark.parametrize("look", [(1280, "light"), (360, "dark")])
def test_pages_for_whoever_is_not_signed_in(page: Page, look: tuple[int, str]) -> None:
    see_as(page, look)
    for address in SIGNED_OUT:
        page.goto(address)
        is_fine(page)


@pytest.mark.parametrize("look", [(1280, "light"), (360, "dark")])
def test_pages_of_the_desk_and_of_ones_account(page: Page, site: Site, look: tuple[int, str]) -> None:
    sign_in(page, site)
    see_as(page, look)
    for address in DESK[::2] if look[0] == 1280 else [*DESK, *OWN]:
        page.goto(address)
        expect(page.locator("h1").first).to_be_visible()
        is_fine(page)


def see_as(page: Page, look: tuple[int, str]) -> None:
    page.set_viewport_size({"width": look[0], "height": 800})
    page.emulate_media(color_scheme=look[1])  # type: ignore[arg-type]


def test_a_lead_of_settings_needs_no_mouse(page: Page, site: Site) -> None:
    """To the settings, a department added, found in the audit."""
    sign_in(page, site)
    press(page, "g", "s")
    expect(page).to_have_url(re.compile("/settings/profile/"))
    page.get_by_role("link", name="Departments").focus()
    page.keyboard.press("Enter")
    name = f"Field service {uuid4().hex[:6]}"
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    page.get_by_role("link", name="Audit").focus()
    page.keyboard.press("Enter")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("added it")
    expect(first.locator("ins").first).to_contain_text(name)


def test_notices_are_read_by_keyboard(page: Page, site: Site) -> None:
    """The sample's lead was told of risks: one is opened, the rest are read at one stroke."""
    lead = next(user.email for user in load(clock.now()).users if user.role == "lead")
    page.goto(site.sign_in_link(lead, "lead"))
    press(page, "g", "b")
    expect(page).to_have_url(re.compile("/desk/notices/"))
    unread = page.locator(".row--unread")
    expect(unread.first).to_be_visible()
    press(page, "j", "Enter")
    expect(page).to_have_url(re.compile("/desk/(inbox|listen|insight)/"))  # whichever was told last
    press(page, "g", "b")
    expect(page).to_have_url(re.compile("/desk/notices/"))
    expect(unread.first).to_be_visible()
    shown = numbers_of(unread)
    press(page, "Shift+E")
    expect(page.get_by_text("marked as read")).to_be_visible()
    assert not numbers_of(unread) & shown  # one that has come meanwhile, nobody has read


def numbers_of(rows: Locator) -> set[str]:
    rows.page.wait_for_load_state()
    boxes = rows.locator("input[name=chosen]")
    return set(boxes.evaluate_all("boxes => boxes.map(box => box.value)"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        time.sleep(0.05)
