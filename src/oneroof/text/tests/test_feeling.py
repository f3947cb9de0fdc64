import random

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from oneroof.text.feeling import judge

WORDS = (
    *(
        "good",
        "GREAT",
        "bad",
        "hate",
        "no",
        "not",
        "never",
        "without",
        "doubt",
        "so",
        "this",
        "least",
        "at",
        "very",
    ),
    *(
        "but",
        "or",
        "nor",
        "kind",
        "of",
        "the",
        "bomb",
        "isn't",
        "😀",
        "😡",
        ":)",
        "!!!",
        "??",
        "kettle",
        "hardly",
        "die",
        "stop",
        "bus",
        "enough",
        "just",
    ),
)


def test_english_has_a_sign_and_bounds() -> None:
    good = judge("I love this kettle, it is great!", "en")
    bad = judge("Worst kettle ever, it is awful and I hate it", "en")
    assert good is not None
    assert bad is not None
    assert -1 <= bad < -0.3 < 0.3 < good <= 1


def test_plain_english_is_neutral_and_not_unknown() -> None:
    assert judge("The kettle stands on the table", "en") == 0.0


@pytest.mark.parametrize("lang", [None, "de", "ja"])
def test_other_languages_are_unknown_and_never_neutral(lang: str | None) -> None:
    assert judge("I love this kettle", lang) is None


def test_nothing_said_is_unknown() -> None:
    assert judge("  \n", "en") is None


def test_a_huge_text_is_judged_by_its_beginning() -> None:
    assert judge("great " * 200 + "awful " * 100_000, "en") == judge("great " * 200, "en")


def test_the_quicker_way_gives_vaders_own_scores() -> None:
    vader, rng = SentimentIntensityAnalyzer(), random.Random(1)
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 12))) for _ in range(1_500)]
    assert [judge(text, "en") for text in texts] == [
        vader.polarity_scores(text)["compound"] for text in texts
    ]
