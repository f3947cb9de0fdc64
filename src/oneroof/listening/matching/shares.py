"""How many posts have a term: a guess from a small table, better after some posts have been seen.

Shares only choose which term a watch is looked for by. A wrong one costs time, never a match.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from oneroof.text.tokens import fold, is_spaceless, tokenize

# Share of posts, and words that about so many posts of their language have, written down by feel.
_TABLE: Final = (
    (
        0.3,
        """the to a i and is of it in you my for de la que el y en no un a me se lo es le les et je une est der
        die das und ich ist nicht в и не на я что с o e do da que não bir ve yang di il che non""",
    ),
    (
        0.12,
        """this that on with be so but have are just at not was your we they what s t m re all if can get por
        con para una los las su como mas pero si te ya pour pas dans ce qui sur plus avec vous au des den mit
        auf ein eine zu im für von dem sie как это но у все за w z na het een van op per sono""",
    ),
    (
        0.05,
        """how when there from he she or up out about now like will has had would time new one more why good
        great love see go know got u don im today day please thanks thank help back need want been who https
        http co com www muy cuando porque esta este hay todo bien hoy nos mi ni c j fait tout mais aber auch
        noch wie nur wenn mein bei nach hat kann wir так от же вы по если меня ao um os foi""",
    ),
    (0.25, "の に は を た が で て と し れ い る な 的 一 是 不 了 我 有 า น ร อ ก เ ง ม"),
    (0.1, "人 在 他 这 中 大 来 上 国 日 本 ー ン ス ト ル す ま ら り か く も ด ล ว ต ส ท ย 😂 ❤"),
)
_FIELD_SHARES: Final = {"lang": 0.5, "has": 0.3, "source": 0.05, "from": 0.0005}
_PREFIX_BY_LENGTH: Final = {2: 0.2, 3: 0.05, 4: 0.015, 5: 0.006}
_PREFIX_LONG: Final = 0.002
_WORD_BY_LENGTH: Final = {1: 0.05, 2: 0.02, 3: 0.004}
_WORD_LONG: Final = 0.0005
_SPACELESS: Final = 0.02
_GUESS_WEIGHT: Final = 50
"""How many seen posts a guess weighs as much as."""


def _table() -> dict[str, float]:
    shares: dict[str, float] = {}
    for share, words in _TABLE:
        for word in fold(words).split():
            shares.setdefault(word, share)
    return shares


class Shares:
    def __init__(self, sample: Iterable[str] = ()) -> None:
        self._guesses = _table()
        self._posts = 0
        self._seen: Counter[str] = Counter()
        for text in sample:
            words, marks = tokenize(text)
            self._posts += 1
            self._seen.update({*words, *(mark for _, mark in marks)})
        self._alphabetical = sorted(self._seen)
        self._sums = [0, *accumulate(self._seen[term] for term in self._alphabetical)]

    def of_feature(self, feature: str) -> float:
        name, colon, _ = feature.partition(":")
        if colon:
            return _FIELD_SHARES[name]
        if feature.endswith("*"):
            return self._weighed(self._guess_prefix(feature[:-1]), self._prefix_count(feature[:-1]))
        return self._weighed(self._guess_term(feature), self._seen[feature])

    def _weighed(self, guess: float, count: int) -> float:
        return min(1.0, (guess * _GUESS_WEIGHT + count) / (_GUESS_WEIGHT + self._posts))

    def _guess_term(self, term: str) -> float:
        if (known := self._guesses.get(term)) is not None:
            return known
        if is_spaceless(term):
            return _SPACELESS
        return _WORD_BY_LENGTH.get(len(term), _WORD_LONG)

    def _guess_prefix(self, prefix: str) -> float:
        return _PREFIX_BY_LENGTH.get(len(prefix), _PREFIX_LONG)

    def _prefix_count(self, prefix: str) -> int:
        low = bisect_left(self._alphabetical, prefix)
        high = bisect_left(self._alphabetical, prefix + "\U0010ffff")
        return self._sums[high] - self._sums[low]
