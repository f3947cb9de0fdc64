"""What one has begun in the composer stays, whatever changes around it."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from oneroof.accounts.actions.rules import publish_rules
from oneroof.accounts.models import User
from oneroof.care.tests.conftest import Hear, form, hear, said
from oneroof.listening.models import Source
from tests.browser.conftest import Open

__all__ = ["form", "hear"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_as: Open, lead: User, form: Source, hear: Hear) -> Page:
    """A conversation that is claimed and where nothing is written yet."""
    publish_rules(lead, "Speak **kindly** for us.")
    [conversation] = hear(form, said("1"))
    page = open_as(lead)
    page.goto(f"/desk/inbox/{conversation.pk}/")
    page.keyboard.press("r")
    expect(page.locator("#composer .says__reply textarea")).to_be_focused()
    return page


def test_a_box_that_is_ticked_stays_ticked_when_more_is_said(page: Page, form: Source, hear: Hear) -> None:
    page.locator("#composer input[name=accept]").check()
    hear(form, said("2", "It leaks still.", minute=2, parent_id="1"))
    expect(page.locator("#thread")).to_contain_text("It leaks still.")
    expect(page.locator("#composer input[name=accept]")).to_be_checked()


def test_a_box_that_is_ticked_while_news_are_on_their_way_stays_ticked(
    page: Page, form: Source, hear: Hear
) -> None:
    page.locator("#composer .says__reply textarea").blur()
    on_their_way: list[Route] = []
    page.route("**/changes/**", lambda route: on_their_way.append(route), times=1)
    hear(form, said("2", "It leaks still.", minute=2, parent_id="1"))
    with page.expect_request("**/changes/**"):
        pass
    page.locator("#composer input[name=accept]").check()
    for each in on_their_way:
        each.continue_()
    expect(page.locator("#thread")).to_contain_text("It leaks still.")
    expect(page.locator("#composer input[name=accept]")).to_be_checked()


def test_a_reply_waits_for_every_draft_that_is_on_its_way(page: Page) -> None:
    on_their_way: list[Route] = []
    replies: list[Request] = []
    page.route("**/draft/", lambda route: on_their_way.append(route))
    page.on("request", lambda request: replies.append(request) if "/replies/" in request.url else None)
    page.locator("#composer input[name=accept]").check()
    written = page.locator("#composer .says__reply textarea")
    for text in ("It always", "It always hums."):
        with page.expect_request("**/draft/"):
            written.fill(text)
    page.keyboard.press("Control+Enter")
    on_their_way.pop().continue_()
    page.wait_for_timeout(500)
    assert replies == []
    for each in on_their_way:
        each.continue_()
    expect(page.locator("#thread .post--ours")).to_have_count(1)
    page.reload()
    expect(page.locator("#composer")).to_contain_text("is on its way")
    assert "It always" not in page.locator("#composer").inner_html()
