import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.need import (
    PostFacts,
    asks_something,
    features,
    looks_like_spam,
    read_words,
    rules_score,
)
from oneroof.listening.need.reasons import TEMPLATES
from oneroof.listening.need.rules import WEIGHTS


def found_in(text: str, **known: object) -> dict[str, float]:
    return features(PostFacts(text=text, **known), read_words(text))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Does the kettle switch itself off?", "en"),
        ("anyone know when the shop opens", "en"),
        ("How do I descale this thing", "en"),
        ("¿Cuándo llega mi pedido?", "es"),
        ("alguien sabe si hay repuestos", "es"),
        ("Wann kommt denn mein Paket", "de"),
        ("Pourquoi il fuit déjà", "fr"),
        ("このやかんは食洗機で洗えますか。", "ja"),
        ("いつ届きますか？", "ja"),
        ("متى يصل طلبي؟", "ar"),
    ],
)
def test_questions_are_heard_in_many_languages(text: str, lang: str) -> None:
    assert asks_something(read_words(text), lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The kettle is lovely", "en"),
        ("What a day", "en"),
        ("Will never buy here again", "en"),
        ("@kettle_co https://example.com/?q=1", None),
        ("Das Paket ist da, danke", "de"),
        ("とても気に入りました。", "ja"),
        ("", None),
    ],
)
def test_what_is_no_question_is_not_taken_for_one(text: str, lang: str | None) -> None:
    assert not asks_something(read_words(text), lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("My kettle is broken and nobody answers", "en"),
        ("La tetera no funciona y nadie responde", "es"),
        ("Der Wasserkocher ist kaputt", "de"),
        ("La bouilloire est en panne", "fr"),
        ("やかんが壊れました", "ja"),
    ],
)
def test_trouble_is_heard_in_many_languages(text: str, lang: str) -> None:
    assert "trouble" in found_in(text, lang=lang)


def test_praise_beside_trouble_may_be_irony() -> None:
    assert "praise" in found_in("Thanks, I love my kettle")
    ironic = found_in("Great, the kettle is broken again, thanks a lot")
    assert "ironic" in ironic
    assert "praise" not in ironic


def test_a_word_of_thanks_after_our_answer_ends_a_thread() -> None:
    known = {"is_reply": True, "answers_us": True, "thread_answered_by_us": True}
    assert "thanks_after_answer" in found_in("Thanks, that helped!", **known)
    assert "thanks_after_answer" not in found_in("Thanks, but it still leaks", **known)


def test_spam_wants_two_signs_and_asks_nothing() -> None:
    spam = "Giveaway! Click the link and win a bonus coupon #win #free #kettle #gift"
    assert looks_like_spam(PostFacts(text=spam, has_link=True), read_words(spam))
    question = "Is the discount in your newsletter still valid?"
    assert not looks_like_spam(PostFacts(text=question, has_link=True), read_words(question))


def test_reach_grows_by_orders_of_size() -> None:
    reach = [found_in("x", followers=count).get("reach", 0.0) for count in (None, 900, 10_000, 10**6, 10**8)]
    assert reach[:2] == [0.0, 0.0]
    assert 0 < reach[2] < reach[3] == reach[4] == 1.0


def test_rules_rank_as_a_lead_would() -> None:
    asking = found_in("@kettle_co my kettle leaks, can I get a refund?", addressed_to_us=True, feeling=-0.3)
    telling = found_in("@kettle_co bought a kettle today", addressed_to_us=True)
    praising = found_in("@kettle_co love the new kettle, thanks", addressed_to_us=True, feeling=0.8)
    assert rules_score(asking) > 0.8
    assert rules_score(asking) > rules_score(telling) > rules_score(praising)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Thanks, that fixed it", "en"),
        ("Thank you for your help", "en"),
        ("Gracias por la ayuda, ya funciona", "es"),
        ("Geld ist zurück, alles erledigt. Danke!", "de"),
        ("Vielen Dank für die schnelle Hilfe", "de"),
        ("Merci pour votre réponse, bien reçu", "fr"),
        ("ありがとうございます、解決しました。", "ja"),
    ],
)
def test_a_thank_you_after_help_needs_little(text: str, lang: str) -> None:
    known = {"lang": lang, "addressed_to_us": True, "answers_us": True, "thread_answered_by_us": True}
    assert "grateful" in found_in(text, **known)
    assert rules_score(found_in(text, **known)) < 0.1


@pytest.mark.parametrize(
    "text", ["Thanks, but where is my refund?", "Please help, thanks", "Thanks for nothing"]
)
def test_thanks_beside_a_wish_are_no_last_word(text: str) -> None:
    assert found_in(text, thread_answered_by_us=True).keys().isdisjoint({"grateful", "thanks_after_answer"})


@pytest.mark.parametrize(
    ("text", "lang", "sign"),
    [
        ("The kettle sparked and burnt my hand", "en", "danger"),
        ("Salió humo y chispas de la tetera", "es", "danger"),
        ("Der Kocher raucht", "de", "danger"),
        ("La bouilloire a pris feu", "fr", "danger"),
        ("やかんから煙が出ました", "ja", "danger"),
        ("Our solicitors will write to you", "en", "authority"),
        ("I went to Trading Standards", "en", "authority"),
        ("Mi abogado está informado", "es", "authority"),
        ("Mein Anwalt meldet sich", "de", "authority"),
        ("Le médiateur est saisi", "fr", "authority"),
        ("弁護士に相談します", "ja", "authority"),
    ],
)
def test_danger_and_the_law_rise(text: str, lang: str, sign: str) -> None:
    known = {"lang": lang, "addressed_to_us": True}
    found = found_in(text, **known)
    assert sign in found
    assert rules_score(found) > 0.8
    assert sign not in found_in("I love this brand of kettle, it was a short delivery", **known)


def test_every_feature_has_a_weight_and_words_for_it() -> None:
    assert WEIGHTS.keys() <= TEMPLATES.keys()


facts = st.builds(
    PostFacts,
    text=st.text(max_size=300) | st.text(alphabet="ab か?!@#RT https://example.com &amp;", max_size=100),
    lang=st.sampled_from([None, "en", "ja"]),
    feeling=st.none() | st.floats(-1, 1),
    followers=st.none() | st.integers(0, 10**9),
    author_posts_7d=st.integers(0, 1000),
    is_reply=st.booleans(),
    answers_us=st.booleans(),
    thread_answered_by_us=st.booleans(),
)


@given(facts)
def test_any_post_has_features_between_0_and_1_that_the_rules_know(post: PostFacts) -> None:
    found = features(post, read_words(post.text))
    assert all(0 < value <= 1 for value in found.values())
    assert 0 <= rules_score(found) <= 1
