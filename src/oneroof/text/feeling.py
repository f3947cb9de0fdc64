"""How the author feels, from -1 (bad) to 1 (good), or that nothing here can judge it.

English is judged by VADER (Hutto and Gilbert, ICWSM 2014). No lexicon at hand judges other languages well
enough, so they are unknown: None, and never 0, which would say that the post is neutral.
"""

from functools import cache
from typing import Final

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    N_SCALAR,
    NEGATE,
    SentimentIntensityAnalyzer,
    SentiText,
)

JUDGED_LANGUAGES = frozenset({"en"})
LONGEST = 1_000

# The usual limits of VADER's authors for calling a text negative or positive.
NEGATIVE = -0.05
POSITIVE = 0.05

NEGATIONS: Final = frozenset(NEGATE)
STRESSES: Final = frozenset({"so", "this"})
KIND_OF: Final = ["kind", "of"]


def judge(text: str, lang: str | None) -> float | None:
    """VADER's compound score; None where the language is unknown or not judged."""
    if lang not in JUDGED_LANGUAGES or not text.strip():
        return None
    scores: dict[str, float] = _analyzer().polarity_scores(text[:LONGEST])
    return scores["compound"]


class _Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """VADER's own scores in a third of its time.

    VADER goes through a text sign by sign in search of emoji, asks sixty negations one by one of each word, and
    writes the whole text small several times for each word that it judges, to look at three words of it.
    """

    def polarity_scores(self, text: str) -> dict[str, float]:
        if not (text.isascii() or self.emojis.keys().isdisjoint(text)):
            scores: dict[str, float] = super().polarity_scores(text)
            return scores
        said = SentiText(text.strip())
        words: list[str] = said.words_and_emoticons
        small = [word.lower() for word in words]
        sentiments: list[float] = [0] * len(words)
        for place, word in enumerate(small):
            if word in self.lexicon and word not in BOOSTER_DICT and small[place : place + 2] != KIND_OF:
                judged: list[float] = []
                self.sentiment_valence(0, said, words[place], place, judged)
                sentiments[place] = judged[0]
        if "but" in small:
            sentiments = self._but_check(words, sentiments)
        judged_whole: dict[str, float] = self.score_valence(sentiments, text.strip())
        return judged_whole

    @staticmethod
    def _negation_check(valence: float, words: list[str], start_i: int, i: int) -> float:
        before = [word.lower() for word in words[i - start_i - 1 : i]]  # the nearest last
        if start_i == 1 and before[0] == "never" and before[1] in STRESSES:
            return valence * 1.25
        if start_i == 2 and ((before[0] == "never" and before[1] in STRESSES) or before[2] in STRESSES):
            return valence * 1.25
        if start_i > 0 and before[0] == "without" and "doubt" in before[1:]:
            return valence
        return valence * N_SCALAR if before[0] in NEGATIONS or "n't" in before[0] else valence

    @staticmethod
    def _special_idioms_check(valence: float, words: list[str], i: int) -> float:
        judged: float = SentimentIntensityAnalyzer._special_idioms_check(valence, words[i - 3 : i + 3], 3)
        return judged


@cache
def _analyzer() -> SentimentIntensityAnalyzer:
    return _Analyzer()
