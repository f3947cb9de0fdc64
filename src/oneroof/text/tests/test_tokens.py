import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oneroof.text.tokens import (
    READ_CHARACTERS,
    READ_WORDS,
    WORD_CHARACTERS,
    fold,
    fold_handle,
    sought_terms,
    tokenize,
    word_offsets,
)

TEXTS = st.text() | st.lists(
    st.sampled_from(
        [
            "#",
            "@",
            "_",
            ".",
            "'",
            "’",
            " ",
            "a",
            "É",
            "ß",
            "ﬁ",
            "½",
            "㍿",
            "東",
            "京",
            "が",
            "ｶﾞ",
            "ำ",
            "น้",
            "👍",
            "🏽",
            "\u200d",
            "️",
            "⃣",
            "5",
            "*",
            "🇩",
            "🇪",
            "क",
            "ि",
            "İ",
            "ﷺ",
            "́",
            "한",
            "하",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("CAFÉ", "cafe"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("DIŞ dış", "dis dis"),
        ("ﬁne", "fine"),
        ("Ｌｅｎｏｖｏ", "lenovo"),
        ("Ёлка мой", "елка мой"),
        ("Łódź søster Œuvre", "lodz soster oeuvre"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("か\u3099", "が"),
        ("हिन्दी", "हिन्दी"),
        ("น้ำ", "น้ำ"),
        ("مُحَمَّد", "محمد"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u1112\u1161\u11ab", "한"),
        ("Tiếng Việt đường", "tieng viet duong"),
    ],
)
def test_folding_forgets_case_accents_and_width_but_never_a_vowel(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't l'eau l’eau l＇eau", ["don", "t", "l", "eau", "l", "eau", "l", "eau"]),
        ("wi-fi 3.5 C++", ["wi", "fi", "3", "5", "c"]),
        ("_great_ snake_case", ["great", "snake_case"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("LenovoのPC", ["lenovo", "の", "pc"]),
        ("กาแฟน้ำ", ["ก", "า", "แ", "ฟ", "น้", "ำ"]),
        ("ភាសា", ["ភា", "សា"]),
        ("한국어 안녕", ["한국어", "안녕"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("½ ㎏ Lenovo™", ["1", "2", "kg", "lenovo"]),
        ("https://example.com/a?b=1", ["https", "example", "com", "a", "b", "1"]),
        ("a@example.com", ["a", "example", "com"]),
        ("😂😂ok", ["😂", "😂", "ok"]),
        ("❤️ ❤", ["❤", "❤"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👩‍💻", ["👩‍💻"]),
        ("5️⃣ #️⃣", ["5⃣", "#⃣"]),
        ("Caf\u00e9 Cafe\u0301", ["cafe", "cafe"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_a_text_is_words(text: str, words: list[str]) -> None:
    assert tokenize(text) == (words, [])


@pytest.mark.parametrize(
    ("text", "words", "marks"),
    [
        ("so #Fast", ["so", "fast"], [(1, "#fast")]),
        ("＃東京2020 ok", ["東", "京", "2020", "ok"], [(0, "#東京2020")]),
        ("hi @Acme_Help!", ["hi", "acme_help"], [(1, "@acme_help")]),
        ("@a@host.social", ["a", "host", "social"], [(0, "@a@host.social"), (0, "@a")]),
        ("thanks @acme.Great", ["thanks", "acme", "great"], [(1, "@acme.great"), (1, "@acme")]),
        ("👍🏽 👩🏽‍💻", ["👍", "👩‍💻"], [(0, "👍🏽"), (1, "👩🏽‍💻")]),
        ("ありがとう@acme", ["あ", "り", "が", "と", "う", "acme"], [(5, "@acme")]),
        ("@___ hi", ["@___", "hi"], [(0, "@___")]),
        ("C# a#b &#39;", ["c", "a", "b", "39"], []),
    ],
)
def test_hashtags_handles_and_tones_mark_a_position(
    text: str, words: list[str], marks: list[tuple[int, str]]
) -> None:
    assert tokenize(text) == (words, marks)


def test_a_watch_seeks_the_mark_rather_than_its_word() -> None:
    assert sought_terms("#Tag @a.b 👍🏽 wi-fi") == [
        ("#tag", 0),
        ("@a.b", 1),
        ("👍🏽", 3),
        ("wi", 4),
        ("fi", 5),
    ]


def test_a_handle_folds_to_one_spelling() -> None:
    assert fold_handle(" @Größe_1 ") == fold_handle("groesse_1".replace("oe", "o")) == "grosse_1"


def test_offsets_cover_what_a_reader_sees() -> None:
    text = "L’Été #Foo_ @a.b 東京 ½ x_"
    shown = [text[start:end] for start, end in word_offsets(text)]
    assert shown == ["L", "Été", "#Foo", "@a", "b", "東", "京", "½", "½", "x"]


def test_very_long_texts_are_read_to_a_limit() -> None:
    assert len(tokenize("a " * READ_WORDS * 2).words) == READ_WORDS
    assert len(tokenize("東" * (READ_WORDS + 9)).words) == READ_WORDS
    assert tokenize(" " * READ_CHARACTERS + "late").words == []
    assert {len(word) for word in tokenize("a" * 640).words} == {64}


@given(TEXTS)
@example("ⅷ\u0345")
@example("ŉ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_each_word_has_a_place_in_the_text(text: str) -> None:
    words = tokenize(text).words
    offsets = word_offsets(text)
    assert len(words) == len(offsets)
    assert offsets == sorted(offsets)
    assert all(0 <= start < end <= len(text) for start, end in offsets)


@example("#\ufdfa @a\ufdfa")  # one sign, four words
@given(TEXTS)
def test_a_term_is_read_as_itself(text: str) -> None:
    words, marks = tokenize(text)
    for term in {*words, *(mark for _, mark in marks)}:
        assert sought_terms(term) == [(term, 0)]


@given(st.text("aZ09", min_size=1, max_size=140))
@example("aZ09" * 20)
def test_plain_letters_and_figures_are_one_word_as_long_as_words_may_be(text: str) -> None:
    pieces = [text[at : at + WORD_CHARACTERS] for at in range(0, len(text), WORD_CHARACTERS)]
    assert tokenize(text).words == [piece.lower() for piece in pieces]


@given(st.lists(TEXTS, max_size=4))
def test_spaces_always_part_words(texts: list[str]) -> None:
    parted = [word for text in texts for word in tokenize(text).words]
    assert tokenize(" ".join(texts)).words == parted


@given(TEXTS)
def test_composed_and_decomposed_texts_are_the_same_words(text: str) -> None:
    composed, decomposed = (tokenize(unicodedata.normalize(form, text)).words for form in ("NFC", "NFD"))
    assert composed == decomposed
