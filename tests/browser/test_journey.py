"""The main job in a real browser, by keyboard alone: watch, new post, claim, answer, close, audit."""

import json
import re
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as TookTooLong

from oneroof.core.testing.browser import steady
from tests.browser.conftest import Site, environment

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

MAILBOX = "E-mail to Care"
LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


def enter(page: Page, site: Site, role: str = "lead") -> str:
    email = f"{role}.{time.time_ns()}@journey.example"
    page.goto(site.sign_in_link(email, role, "care"))
    return email


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def check(page: Page, where: str) -> None:
    """Nothing scrolls sideways, and axe finds nothing."""
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{where} scrolls sideways"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"


HEARD = """
import json, sys, django
django.setup()
from datetime import datetime
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost
letter = json.loads(sys.argv[2])
created_at = datetime.fromisoformat(letter.pop("created_at"))
receive_posts(Source.objects.get(name=sys.argv[1]), [RawPost(created_at=created_at, **letter)])
"""


def write_to_us(site: Site, text: str, author: str) -> None:
    """A letter comes in, heard by another process, as the listener is one."""
    letter = {
        "external_id": f"<{time.time_ns()}@journey.example>",
        "author_handle": f"{author}@post.example",
        "author_name": author.title(),
        "text": text,
        "created_at": datetime.now(UTC).isoformat(),
    }
    settings = {"ONEROOF_HOME": str(site.home), "DJANGO_SETTINGS_MODULE": "oneroof.config.settings"}
    subprocess.run(
        [sys.executable, "-c", HEARD, MAILBOX, json.dumps(letter)],
        check=True,
        timeout=120,
        env=environment(site.url) | settings,
    )


def open_first(page: Page) -> None:
    keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/desk/inbox/\d+/"))
    expect(page.locator("#head")).to_be_visible()


def test_hear_it_claim_it_answer_it(page: Page, site: Site) -> None:
    enter(page, site)
    word = f"kettlewort{time.time_ns()}"

    # a watch, and its past catches
    keys(page, "g", "l")
    page.wait_for_url("**/desk/listen/")
    keys(page, "n")
    page.wait_for_url("**/watches/new/")
    page.keyboard.type(f"kettle OR {word}")
    expect(page.locator("#preview mark").first).to_be_visible()
    check(page, "a new watch")
    keys(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/desk/listen/\?watch=\d+"))

    # a new post arrives in the open inbox
    keys(page, "g", "i")
    page.wait_for_url("**/desk/inbox/")
    keys(page, "f")
    page.keyboard.type(word)
    keys(page, "Enter")
    page.wait_for_url(f"**q={word}")
    expect(page.locator("#rows .empty")).to_be_visible()
    write_to_us(site, f"My {word} leaks and nobody answers! Can I have my money back?", "marta")
    expect(page.locator("[data-live-pill]")).to_be_visible(timeout=45_000)
    keys(page, ".")
    expect(page.locator("#rows .row")).to_contain_text("Marta")
    check(page, "the inbox")

    # claim, the rules first, answer
    open_first(page)
    keys(page, "r")
    reply = page.locator("#composer .says__reply textarea")
    expect(reply).to_be_focused()
    page.keyboard.type("Dear Marta, your **money** is on its way back.")
    expect(page.locator("[data-autosave-state]").first).to_have_text("Draft saved")
    keys(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("rules of engagement")
    expect(reply).to_have_value("Dear Marta, your **money** is on its way back.")
    reply.focus()
    keys(page, "Shift+Tab", "Space")
    expect(page.locator("input[name=accept]")).to_be_checked()
    check(page, "the rules beside the reply")
    keys(page, "Control+Enter")
    expect(page.locator("#thread .post--ours")).to_contain_text("your money is on its way back")
    expect(page.locator("#thread .post--ours .pill")).to_have_text("Sent", timeout=45_000)
    check(page, "the answered conversation")

    # close, and find it in the audit
    page.keyboard.press("Escape")
    keys(page, "e", "1")
    expect(page.locator("#head")).to_contain_text("Solved")
    keys(page, "i")
    expect(page.locator("#history")).to_contain_text("closed it: solved")
    keys(page, "g", "h")
    page.wait_for_url("**/desk/settings/audit/**")
    expect(page.locator("main table")).to_contain_text("closed it")
    expect(page.locator("main table")).to_contain_text("gave a reply")
    check(page, "the audit")


def test_a_draft_on_its_way_does_not_outlive_its_reply(page: Page, site: Site) -> None:
    enter(page, site)
    word = f"slowwort{time.time_ns()}"
    write_to_us(site, f"My {word} hums. Is that right?", "otto")
    page.goto(f"/desk/inbox/?view=open&q={word}")
    wait_for_rows(page)
    open_first(page)
    keys(page, "r")
    page.locator("#composer .says__reply input[name=accept]").check()
    on_their_way: list[Route] = []
    page.route("**/draft/", lambda route: on_their_way.append(route))
    with page.expect_request("**/draft/"):
        page.locator("#composer .says__reply textarea").fill("It always hums.")
    with suppress(TookTooLong), page.expect_response("**/replies/**", timeout=2_000):
        page.keyboard.press("Control+Enter")
    for each in on_their_way:
        each.continue_()
    expect(page.locator("#thread .post--ours")).to_have_count(1)
    page.unroute("**/draft/")
    page.reload()
    expect(page.locator("#composer .says__reply textarea")).to_have_value("")


DRAWN_ANEW = """() => {
    const old = document.querySelector("#composer form[data-autosave]"), anew = old.cloneNode(true);
    anew.querySelector("textarea").value = old.querySelector("textarea").value;
    old.replaceWith(anew);
    htmx.process(anew);
}"""
LONGER_THAN_QUIET = 1_200


@pytest.mark.slow
def test_what_waited_in_a_form_that_was_drawn_anew_is_not_saved_after_its_reply(
    page: Page, site: Site
) -> None:
    enter(page, site)
    word = f"newwort{time.time_ns()}"
    write_to_us(site, f"My {word} sings. Is that right?", "mara")
    page.goto(f"/desk/inbox/?view=open&q={word}")
    wait_for_rows(page)
    open_first(page)
    keys(page, "r")
    page.locator("#composer .says__reply input[name=accept]").check()
    page.wait_for_timeout(LONGER_THAN_QUIET)  # what the box has saved has been saved
    page.locator("#composer .says__reply textarea").fill("It always sings.")
    page.evaluate(DRAWN_ANEW)
    page.locator("#composer .says__reply textarea").press("Control+Enter")
    expect(page.locator("#thread .post--ours")).to_have_count(1)
    page.wait_for_timeout(LONGER_THAN_QUIET)
    page.reload()
    expect(page.locator("#composer .says__reply textarea")).to_have_value("")


def test_what_a_colleague_does_shows_and_a_refusal_loses_nothing(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    word = f"lidwort{time.time_ns()}"
    write_to_us(site, f"Where is the {word}?", "pip")
    page.goto(f"/desk/inbox/?view=open&q={word}")
    wait_for_rows(page)
    open_first(page)
    keys(page, "r")
    reply = page.locator("#composer .says__reply textarea")
    expect(reply).to_be_focused()
    page.keyboard.type("Dear Pip, it is")
    other = page.context.browser.new_context(base_url=site.url)  # type: ignore[union-attr]
    theirs = steady(other.new_page())
    enter(theirs, site, "lead")
    theirs.goto(page.url)
    keys(theirs, "T")
    theirs.locator("#confirm [data-confirm-yes]").press("Enter")
    expect(theirs.locator("#head")).to_contain_text("Mine until")
    other.close()
    expect(page.locator("#head")).to_contain_text("until", timeout=45_000)
    expect(page.locator("#head .pill")).not_to_contain_text("Mine")
    expect(reply).to_have_value("Dear Pip, it is")
    reply.focus()
    page.keyboard.type(" on its way.")
    keys(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("is answering this conversation now")
    expect(reply).to_have_value("Dear Pip, it is on its way.")


def test_notes_tags_snooze_hand_off_and_many_at_once_by_keyboard(page: Page, site: Site) -> None:
    enter(page, site, "agent")
    word = f"filterwort{time.time_ns()}"
    for author in ("ana", "ben"):
        write_to_us(site, f"The {word} of {author} hisses, is that right?", author)
    page.goto(f"/desk/inbox/?view=open&q={word}")
    wait_for_rows(page, 2)
    open_first(page)
    keys(page, "n")
    page.keyboard.type("A fan since 2011.")
    keys(page, "Control+Enter")
    expect(page.locator("#thread .post--note")).to_contain_text("A fan since 2011.")
    page.keyboard.press("Escape")
    keys(page, "t")
    page.keyboard.type("hissing")
    keys(page, "Enter")
    expect(page.locator("#about .tags")).to_contain_text("hissing")
    keys(page, "p", "1")
    expect(page.locator("#about")).to_contain_text("by hand")
    keys(page, "s", "2")
    expect(page.locator("#head")).to_contain_text("Snoozed")
    keys(page, "w")
    expect(page.locator("#head")).to_contain_text("Unclaimed")
    keys(page, "h")
    expect(page.locator("#hand-it-to")).to_be_focused()
    page.keyboard.type("Legal")
    keys(page, "Tab")
    page.keyboard.type("She writes of a lawyer.")
    keys(page, "Control+Enter")
    expect(page.locator("#about")).to_contain_text("Legal")
    expect(page.locator("#thread")).to_contain_text("She writes of a lawyer.")
    page.goto(f"/desk/inbox/?view=open&q={word}")
    keys(page, "j", "x", "j", "x")
    expect(page.locator("[data-chosen-count]").first).to_have_text("2")
    keys(page, "e", "3")
    page.wait_for_url("**/desk/inbox/?**")
    expect(page.locator("#toasts")).to_contain_text("Done with 2 conversations.")


@pytest.mark.parametrize(("width", "theme"), LOOKS, ids=[f"{width}-{theme}" for width, theme in LOOKS])
def test_every_page_fits_and_is_open_to_everyone(page: Page, site: Site, width: int, theme: str) -> None:
    enter(page, site)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # axe sees no dialog half faded in
    for address in ("?view=open", "?view=at_risk&q=nothingatall", "?view=done", "?view=snoozed&lang=de"):
        page.goto(f"/desk/inbox/{address}")
        check(page, f"inbox {address}")
    page.goto("/desk/inbox/?view=unclaimed&q=kettle")
    keys(page, "j", "x")
    check(page, "one chosen")
    keys(page, "x", "v")
    check(page, "filters")
    page.keyboard.press("Escape")
    open_first(page)
    check(page, "a conversation")
    for key in ("e", "h", "s", "t", "p"):
        keys(page, key)
        expect(page.locator("dialog[open]")).to_be_visible()
        check(page, f"the dialog of {key}")
        page.keyboard.press("Escape")
    keys(page, "y")
    expect(page.locator("#why")).to_be_visible()
    check(page, "the reasons")
    page.keyboard.press("Escape")
    keys(page, "c")
    expect(page.locator("#head")).to_contain_text("Mine until")
    check(page, "claimed")
    page.keyboard.press("Escape")
    keys(page, "u")
    expect(page.locator("#head")).to_contain_text("Unclaimed")


def wait_for_rows(page: Page, count: int = 1) -> None:
    """The worker opens conversations of what was heard."""
    deadline = time.monotonic() + 20
    while page.locator("#rows .row").count() < count and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        page.reload()
    expect(page.locator("#rows .row")).to_have_count(count)
