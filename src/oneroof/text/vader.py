"""VADER (Hutto and Gilbert, ICWSM 2014), sped up. Its import takes a while, so only who judges imports it."""

from typing import Final

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    SentiText,
    normalize,
)

NEGATIONS: Final = frozenset(NEGATE)
STRESSES: Final = frozenset({"so", "this"})
KIND_OF: Final = ["kind", "of"]
TURNING: Final = frozenset({*BOOSTER_DICT, *NEGATIONS, *STRESSES, "no", "never", "without", "least"})
"""Words that change what the three words after them are worth."""
COMMON: Final = frozenset({"the", "of", "to", "for", "just", "stop", "right", "death", "heart"})
IDIOMATIC: Final = (
    frozenset(
        word
        for phrase in (*SPECIAL_CASES, *BOOSTER_DICT)
        if " " in phrase or phrase in SPECIAL_CASES
        for word in phrase.split()
    )
    - COMMON
)
"""Of each idiom, the words that tell of it: without any of them it is not there."""


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """VADER's own scores in a fifth of its time.

    VADER goes through a text sign by sign in search of emoji, asks sixty negations one by one of each word, and
    writes the whole text small several times for each word that it judges, to look at three words of it.
    """

    def compound(self, text: str) -> float:
        if not (text.isascii() or self.emojis.keys().isdisjoint(text)):
            return float(self.polarity_scores(text)["compound"])
        said = SentiText(text.strip())
        words: list[str] = said.words_and_emoticons
        small = [word.lower() for word in words]
        lexicon = self.lexicon
        is_idiomatic = "n't" in text.lower() or not IDIOMATIC.isdisjoint(small)
        sentiments: list[float] = [0] * len(words)
        for place, word in enumerate(small):
            if word in lexicon and word not in BOOSTER_DICT and small[place : place + 2] != KIND_OF:
                if is_idiomatic or not TURNING.isdisjoint(small[max(place - 3, 0) : place]):
                    sentiments[place] = self._looked_at_closely(said, place)
                else:
                    sentiments[place] = self._by_itself(said, small, place)
        if "but" in small:
            sentiments = self._but_check(words, sentiments)
        return self._whole(sentiments, text)

    def _looked_at_closely(self, said: SentiText, place: int) -> float:
        judged: list[float] = []
        self.sentiment_valence(0, said, said.words_and_emoticons[place], place, judged)
        return judged[0]

    def _by_itself(self, said: SentiText, small: list[str], place: int) -> float:
        """What a word is worth where none before it turns it."""
        word = small[place]
        valence: float = self.lexicon[word]
        if word == "no" and place + 1 < len(small) and small[place + 1] in self.lexicon:
            valence = 0.0
        if said.is_cap_diff and said.words_and_emoticons[place].isupper():
            valence += C_INCR if valence > 0 else -C_INCR
        return valence

    def _whole(self, sentiments: list[float], text: str) -> float:
        """As ``score_valence``, the compound alone."""
        total = float(sum(sentiments))
        emphasis = self._punctuation_emphasis(text)
        if total:
            total += emphasis if total > 0 else -emphasis
        return round(float(normalize(total)), 4)

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
