"""The front door: answers before questions, and what came of it is counted."""

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.community.actions.accepting import accept
from oneroof.community.actions.drafting import keep_draft
from oneroof.community.actions.editing import edit
from oneroof.community.actions.translating import correct
from oneroof.community.errors import CommunityError
from oneroof.community.models import Draft, Entry, Group, Sought, Translation, Visibility
from oneroof.community.rules.passages import counterpart
from oneroof.community.tests.conftest import SignIn
from oneroof.community.tests.test_question_page import page_of, queries_of

pytestmark = pytest.mark.django_db


def test_an_empty_community_says_what_will_be_there() -> None:
    page = page_of(Client(), "/")
    assert "Nobody has asked yet" in page
    assert "Sign in to ask" in page


def test_the_box_gives_the_answer_and_not_only_the_question(answered: Entry, member: User) -> None:
    accept(member, answered.pk)
    for address in ("/?q=kettle+leaks", "/found/?q=kettle+leaks"):
        page = page_of(Client(), address)
        assert "Turn the seal round" in page
        assert f'href="{answered.get_absolute_url()}"' in page
    assert "Nothing known is near" in page_of(Client(), "/?q=bicycle")


def test_the_box_shows_nothing_of_a_secret_group(answered: Entry) -> None:
    Group.objects.update(visibility=Visibility.SECRET)
    for address in ("/", "/?q=kettle+leaks", "/found/?q=kettle+leaks"):
        assert "seal" not in page_of(Client(), address)


def test_what_helped_is_counted_once_a_day(answered: Entry, member: User, signed_in: SignIn) -> None:
    words = {"q": "kettle  leaks", "outcome": "solved", "entry": answered.pk}
    for _again in range(2):
        assert "Good to hear" in Client().post("/found/outcome/", words).content.decode()
    row = Sought.objects.get()
    assert (row.text, row.outcome, row.entry, row.is_signed_in) == ("kettle leaks", "solved", answered, False)
    signed_in(member).post("/found/outcome/", {"q": "kettle leaks", "outcome": "not_yet"})
    assert Sought.objects.filter(is_signed_in=True, outcome="not_yet", entry=None).count() == 1


@pytest.mark.parametrize(
    "words", [{}, {"q": "x"}, {"q": "x", "outcome": "y"}, {"q": " ", "outcome": "solved"}]
)
def test_nonsense_is_not_counted(words: dict[str, str]) -> None:
    assert Client().post("/found/outcome/", words).status_code == 422
    assert not Sought.objects.exists()


def test_the_home_page_costs_the_same_at_every_size(
    question: Entry, kettles: Group, member: User, signed_in: SignIn
) -> None:
    client = Client()
    few = queries_of(client, "/?q=kettle+leaks")
    Entry.objects.bulk_create(
        Entry(kind="question", group=kettles, title=f"Kettle {n} leaks", body="So.", author=question.author)
        for n in range(30)
    )
    assert queries_of(client, "/?q=kettle+leaks") <= few + 1


def test_near_questions_are_shown_once_before_one_is_posted(
    answered: Entry, kettles: Group, helper: User, signed_in: SignIn
) -> None:
    client, words = signed_in(helper), {"title": "My kettle leaks", "body": "It does.", "group": "kettles"}
    shown = client.post("/q/ask/", words)
    assert (shown.status_code, Entry.objects.filter(kind="question").count()) == (200, 1)
    assert "Turn the seal round" in shown.content.decode()
    assert "Post it all the same" in shown.content.decode()
    assert client.post("/q/ask/", words | {"seen": "1"}).status_code == 302
    assert Sought.objects.get().outcome == "asked"


def test_what_is_typed_is_kept_until_it_is_posted(kettles: Group, helper: User, signed_in: SignIn) -> None:
    client = signed_in(helper)
    words = {"title": "My kettle sings", "body": "Every morning.", "group": "kettles"}
    for _again in range(2):
        assert client.post("/drafts/ask/", words).status_code == 204
    assert "Every morning." in page_of(client, "/q/ask/")
    client.post("/q/ask/", words)
    assert not Draft.objects.exists()
    assert client.post("/drafts/elsewhere/", words).status_code == 422
    with pytest.raises(CommunityError):
        keep_draft(helper, "answer:x", words)


def test_a_draft_is_seen_by_nobody_else(
    question: Entry, helper: User, member: User, signed_in: SignIn
) -> None:
    signed_in(helper).post(f"/drafts/answer:{question.pk}/", {"body": "I think that"})
    assert "I think that" in page_of(signed_in(helper), question.get_absolute_url())
    assert "I think that" not in page_of(signed_in(member), question.get_absolute_url())


def test_the_preview_colours_code_and_lets_no_script_through(helper: User, signed_in: SignIn) -> None:
    text = "```python\nreturn 1\n```\n<script>alert(1)</script> <span class='btn' onclick='x'>y</span>"
    page = signed_in(helper).post("/preview/", {"body": text}).content.decode()
    assert '<span class="k">return</span>' in page
    assert "<script" not in page
    assert '<span class="btn"' not in page


@pytest.fixture
def in_english(answered: Entry, member: User) -> Entry:
    accept(member, answered.pk)
    Entry.objects.update(lang="en")
    return answered


def in_spanish(address: str, client: Client | None = None) -> str:
    page = (client or Client()).get(address, headers={"Accept-Language": "es"})
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize(
    "address", ["/?q=kettle+leaks", "/found/?q=kettle+leaks", "/found/?title=kettle+leaks"]
)
def test_what_is_in_another_language_says_in_which(in_english: Entry, address: str) -> None:
    page = in_spanish(address)
    assert "Escrito en inglés" in page
    assert '<p dir="ltr" lang="en">Turn the seal round' in page
    assert "Written in" not in page_of(Client(), address)


def test_near_questions_in_another_language_are_marked_before_one_is_posted(
    in_english: Entry, helper: User, signed_in: SignIn
) -> None:
    User.objects.filter(pk=helper.pk).update(language="es")
    words = {"title": "My kettle leaks", "body": "It does.", "group": "kettles"}
    assert "Escrito en inglés" in signed_in(helper).post("/q/ask/", words).text


def test_what_somebody_translated_is_shown_so_and_leads_to_its_page_in_that_language(
    in_english: Entry, question: Entry, helper: User
) -> None:
    correct(helper, in_english.pk, "ar", body="Seal: أدر الحلقة ثم اضغطها.")
    correct(helper, question.pk, "ar", title="غلايتي تسرّب", body="يقطر.")
    page = Client().get("/found/?q=kettle+leaks", headers={"Accept-Language": "ar"}).text
    assert '<p dir="rtl" lang="ar">Seal: أدر الحلقة' in page
    assert 'dir="rtl" lang="ar">غلايتي تسرّب</a>' in page
    path, _hash, mark = in_english.get_absolute_url().partition("#")
    assert f'href="{path}?in=ar#{mark}"' in page
    assert "Hugo Helps" in page
    assert "Turn the seal" not in page
    edit(helper, in_english.pk, body="Turn the seal twice.")
    assert "Turn the seal twice" in Client().get("/?q=kettle+leaks", headers={"Accept-Language": "ar"}).text


def test_what_a_machine_translated_is_marked_so(in_english: Entry) -> None:
    Translation.objects.create(
        entry=in_english, revision=1, lang="es", body="Gire la junta.", service="libretranslate"
    )
    page = in_spanish("/?q=kettle+leaks")
    assert '<p dir="ltr" lang="es">Gire la junta.</p>' in page
    assert "Traducción automática" in page
    assert "Escrito en inglés" in page


def test_the_translation_of_a_later_passage_is_shown() -> None:
    body = "\n\n".join(letter * 1_000 for letter in "abc")
    told = "\n\n".join(letter * 1_000 for letter in "xyz")
    assert counterpart("b" * 1_000, body, told) == "y" * 1_000
    assert counterpart("gone", body, told) == told
    assert counterpart("b" * 1_000, body, "All in one.") == "All in one."
