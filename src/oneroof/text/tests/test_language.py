import builtins

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oneroof.text import language
from oneroof.text.language import detect, detect_all


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My kettle stopped working after two days, what now?", "en"),
        ("Mein Wasserkocher tropft seit gestern, was soll ich tun?", "de"),
        ("¿Por qué no me llega el pedido de la semana pasada?", "es"),
        ("Bonjour, ma commande n'est toujours pas arrivée", "fr"),
        ("注文した商品がまだ届きません", "ja"),
        ("배송이 아직 안 왔어요", "ko"),
        ("ยังไม่ได้รับสินค้าเลย", "th"),
        ("متى سيصل طلبي الذي دفعت ثمنه قبل أسبوع؟", "ar"),
        ("我上周订的水壶到现在还没有送到", "zh"),
    ],
)
def test_a_sentence_is_told(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀😀",
        "ok",
        "lol",
        "DM sent",
        "no",
        "sent",
        "12345 678",
        "@kettle_co #fail",
        "https://example.com/a/b",
    ],
)
def test_what_says_nothing_is_unknown(text: str) -> None:
    assert detect(text) is None


def test_handles_links_and_tags_do_not_decide() -> None:
    noisy = "@thebestshop #worstserviceever https://example.com/help/me wo bleibt denn meine Lieferung?"
    assert detect(noisy) == "de"


@given(st.text())
@example("\ud800")
def test_any_text_has_an_answer(text: str) -> None:
    found = detect(text)
    assert found is None or len(found) == 2


def test_what_a_c_library_stumbles_over_is_left_out() -> None:
    assert detect("hello\x00 there my good \ud800 friend") == "en"


def test_one_foreign_letter_does_not_make_another_language() -> None:
    assert detect("I bought the ラ model and it leaks all over the kitchen") == "en"


def test_many_texts_keep_their_order() -> None:
    assert detect_all(["Where is my parcel, please?", "😀", "Wo ist denn mein Paket?"]) == ["en", None, "de"]


def test_without_eldc_the_slower_detector_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_eldc(name: str, *rest: object, **more: object) -> object:
        if name == "eldc":
            raise ImportError(name)
        return real_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_eldc)
    language._detector.cache_clear()
    try:
        assert detect("My kettle stopped working after two days and nobody answers me") == "en"
        assert detect("ok") is None
    finally:
        language._detector.cache_clear()
