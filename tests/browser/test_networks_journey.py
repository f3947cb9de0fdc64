"""Each network's way there and back, in a real browser, against its local stand-in.

The listener hears a post by the network's own protocol, a person claims and answers it at the desk, the worker
sends it, and it stands at the far side exactly once. Where nothing can be sent, the desk leads there and takes
one's word.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from oneroof.accounts.models import User
from oneroof.care.models import Reply, ReplyState
from oneroof.core.testing.web import LOOPBACK
from oneroof.core.tests.test_gallery import FLAGS
from oneroof.listening.actions.sources import add_source
from oneroof.listening.actions.watches import create_watch
from oneroof.listening.listener import Listener
from oneroof.listening.models import Post, Source
from oneroof.listening.secrets import open_secrets
from oneroof.listening.sources import networks
from oneroof.listening.sources.base import FieldKind, Network
from oneroof.listening.sources.tests.contract import Counterpart, counterpart_of, said
from tests.outbox_under_fire import kill, start_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTION = said(1, "My kettle leaks. What now?")
ANSWER = "A new seal is on its way."
PATIENCE = 90.0  # seconds; nothing here takes long, but a busy machine may
QUICK = {"reddit", "hackernews"}
KEYED = "discourse"
AGREES = "mastodon"
BOTH_WAYS = sorted(key for key, each in networks().items() if each.can_answer and (each.poll or each.receive))
ONLY_HEARD = sorted(key for key, each in networks().items() if not each.can_answer and each.poll)


ASKED = sorted(key for key in [*BOTH_WAYS, *ONLY_HEARD] if networks()[key].poll and networks()[key].fields)
AT_THE_NETWORK = sorted(
    key for key, each in networks().items() if each.oauth and hasattr(counterpart_of(key), "agree")
)
"""Those whose stand-in lets a person agree."""


def in_turn(keys: list[str], quick: set[str] = QUICK) -> pytest.MarkDecorator:
    """One of them in the quick suite, the others in the long one."""
    marked = [pytest.param(key, marks=[] if key in quick else [pytest.mark.slow]) for key in keys]
    return pytest.mark.parametrize("key", marked)


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
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.set_default_timeout(PATIENCE * 1_000)
        yield context.new_page()
        connections.close_all()  # those of Playwright's loop, which nobody else closes
        browser.close()


@pytest.fixture
def far(key: str, settings: Any) -> Iterator[Counterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with counterpart_of(key)() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def source(far: Counterpart, lead: User) -> Source:
    create_watch(lead, "kettles", "kettle")
    return add_source(None, far.key, "the place", far.settings(), our_handles=["brumi"])


@contextmanager
def running() -> Iterator[None]:
    """A listener here, and a worker in a process of its own."""
    over, listener = Event(), Listener(networks())

    def listen() -> None:
        listener.listen(over)
        connection.close()

    thread, worker = Thread(target=listen, daemon=True), start_worker()
    thread.start()
    try:
        yield
    finally:
        kill(worker)
        over.set()
        thread.join(10)
        listener.wait(10)


def until(is_so: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, f"never: {what}"
        time.sleep(0.1)


def push(far: Counterpart, source: Source, url: str) -> None:
    """A network that is not asked comes by itself, at our door."""
    if far.network.poll is not None:
        return
    for headers, body in far.messages():
        taken = httpx.post(f"{url}/api/v1/sources/{source.pk}/inbox", headers=dict(headers), content=body)
        assert taken.status_code < 300, taken.text


def claim(page: Page) -> None:
    """From the inbox, as soon as the worker has opened the conversation."""
    page.goto("/desk/inbox/?view=open")
    row = page.locator("#rows .row")
    give_up = time.monotonic() + PATIENCE
    while row.count() == 0 and time.monotonic() < give_up:
        page.wait_for_timeout(200)
        page.reload()
    expect(row).to_have_count(1)
    row.click()
    expect(page.locator("#thread")).to_contain_text(QUESTION.text)
    page.keyboard.press("c")
    expect(page.locator("#head")).to_contain_text("Mine until")


@in_turn(BOTH_WAYS)
def test_a_post_is_heard_claimed_and_answered_where_it_was_said(
    far: Counterpart, source: Source, page: Page, live_server: Any
) -> None:
    with running():
        push(far, source, live_server.url)
        claim(page)
        page.locator("#composer .says__reply textarea").fill(ANSWER)
        page.locator("#composer .says__reply").get_by_role("button", name="Send").click()
        expect(page.locator("#thread .post--ours")).to_contain_text(ANSWER)
        until(Reply.objects.filter(state=ReplyState.SENT).exists, "it is sent")
        page.reload()
        expect(page.locator("#thread .post--ours")).to_have_count(1)
        expect(page.locator("#thread .post--ours .pill")).to_have_text("Sent")
    (standing,) = far.standing()
    assert (standing.to, standing.text) == (far.external_id(QUESTION.id), ANSWER)
    assert far.attempts == 1
    assert Reply.objects.get().external_id == standing.id


@in_turn(ONLY_HEARD)
def test_where_nothing_can_be_sent_one_answers_there_and_says_so(
    far: Counterpart, source: Source, page: Page
) -> None:
    with running():
        claim(page)
        place = Post.objects.get(source=source, external_id=far.external_id(QUESTION.id)).url
        assert place
        expect(page.get_by_role("link", name="Answer it there")).to_have_attribute("href", place)
        page.get_by_label("Link to your answer").fill(f"{place}#our-answer")
        page.get_by_role("button", name="I answered it there").click()
        expect(page.locator("#composer")).to_contain_text("has answered this post there")
    reply = Reply.objects.get()
    assert (reply.state, reply.url) == (ReplyState.SENT, f"{place}#our-answer")


def fill_in(page: Page, place: Network, settings: Mapping[str, Any]) -> None:
    """The form of a new source, as a person does who has these settings on a slip of paper."""
    page.goto(f"/desk/listen/sources/new/{place.key}/")
    page.get_by_label("Name", exact=True).first.fill("the place")
    folded = page.locator("details.listen__part:not([open]) > summary")
    while folded.count():  # each that is opened is one less of them
        folded.first.click()
    for field in place.fields:
        if field.name not in settings:
            continue
        control, value = page.locator(f"[name=setting_{field.name}]"), settings[field.name]
        if field.kind is FieldKind.YES_NO:
            control.set_checked(bool(value))
        elif field.kind is FieldKind.CHOICE:
            control.select_option(str(value))
        else:
            control.fill(str(value))


@in_turn(ASKED, {KEYED})
def test_a_source_is_tried_out_and_connected_by_its_form(far: Counterpart, lead: User, page: Page) -> None:
    create_watch(lead, "kettles", "kettle")
    fill_in(page, far.network, far.settings())
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#trial-told")).to_contain_text(QUESTION.text)
    assert not Source.objects.exists()
    page.get_by_role("button", name="Listen there").click()
    expect(page.get_by_text("We listen there from now on.")).to_be_visible()
    with running():
        until(Post.objects.filter(text__contains=QUESTION.text).exists, "it is heard")
    page.reload()
    expect(page.locator(".toolbar .pill").first).to_have_text("Fine")
    secrets = [str(value) for name, value in far.settings().items() if name in secret_names(far.network)]
    assert [each for each in secrets if each and each in page.content()] == []


def secret_names(place: Network) -> set[str]:
    return {field.name for field in place.fields if field.kind is FieldKind.SECRET}


@in_turn(AT_THE_NETWORK, {AGREES})
def test_an_account_is_connected_at_the_network_itself(
    far: Counterpart, lead: User, page: Page, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    given = {**far.settings(), **dict.fromkeys(("access_token", "refresh_token", "stream"), "")}
    fill_in(page, far.network, given)
    page.get_by_role("button", name="Listen there").click()
    page.get_by_role("button", name="Connect an account").click()
    way = page.get_by_role("link", name="Go to the network")
    there = str(way.get_attribute("href"))
    page.route(
        f"{there.partition('?')[0]}*",
        lambda route: route.fulfill(content_type="text/html", body=f'<a href="{far.agree(there)}">Agree</a>'),  # type: ignore[attr-defined]
    )
    way.click()
    page.get_by_role("link", name="Agree").click()
    expect(page.get_by_text("The account is connected.")).to_be_visible()
    (source,) = Source.objects.all()
    assert source.our_handles
    held = [str(each) for each in open_secrets(source.secret).values() if each]
    assert held
    assert not any(each in page.content() for each in held)
