"""Made-up watches and posts whose statistics resemble real ones. The same seed makes the same ones.

Vocabulary: 60,000 words, Zipf-distributed (share of rank r ∝ 1 / (r + 2.7)), of which 70 % Latin with accents,
10 % Cyrillic, 5 % Greek, 5 % Hangul, 5 % Arabic and 5 % Devanagari; 3,000 Han and Kana characters, Zipf-
distributed as well. Posts: about 200 characters; one in eight is Japanese or Chinese, the rest are of words;
a third has a hashtag, a handle or an emoji; half of the words are in one language, as real posts are.

Watches: each looks for one to four things. Six in ten words are brand-like (ranks 2,000 to 60,000, uniformly),
four in ten are drawn as the posts draw theirs, common words included. As people want something particular, a
brand is among what each asks for; but one watch in twenty is careless and takes what comes, and phrases may be
of common words alone. 30 % have phrases, 10 % prefixes, 10 % NEAR, 20 % nested parentheses, a third NOT; one
term in ten is in Han or Kana.
"""

import random
from bisect import bisect
from itertools import accumulate
from typing import Final

from oneroof.listening.matching import Document

_SCRIPTS: Final = (
    (0.70, "aaaabcddeeeeeefghiiiijkllmmnnnooooprrrsssttttuuvwyzáéèíóöüñçß"),
    (0.10, "ааабвгдееежзиийклмнноооопрсстттуфхцчшыья"),
    (0.05, "αααβγδεεζηηθιικλμννοοοπρσστυφχω"),
    (0.05, "가나다라마바사아자차카타파하고노도로모보소오조구누두루무부수우주기니디리미비시이지"),
    (0.05, "ااابتثجحخدذرزسشصضطعغفقكلللمنهوي"),
    (0.05, "कखगघचछजझटठडढतथदधनपफबभमयरलवशसह"),
)
_VOWEL_SIGNS: Final = "ािीुूेैोौं"
_EMOJI: Final = ("😂", "❤️", "👍", "👍🏽", "😭", "🔥", "🙏", "👩‍💻", "🇩🇪", "🎉")
_CHARACTERS: Final = [
    chr(code) for code in (*range(0x3042, 0x3094), *range(0x30A2, 0x30F4), *range(0x4E00, 0x5920))
]
VOCABULARY: Final = 60_000
COMPANY: Final = "Kettlewright"
"""A name that nobody says who does not mean it."""
_BRAND_RANKS: Final = 2_000
_BRAND_LIKE: Final = 0.6
_CARELESS: Final = 0.05


class _Zipf:
    def __init__(self, size: int) -> None:
        self._sums = list(accumulate(1 / (rank + 2.7) for rank in range(size)))

    def draw(self, rng: random.Random) -> int:
        return min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._sums) - 1)


class Language:
    """The invented vocabulary and how often each word of it is said."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - made-up text, not a secret
        self._words = _invent_words(rng)
        self._characters = _CHARACTERS[:]
        rng.shuffle(self._characters)
        self._word_shares = _Zipf(len(self._words))
        self._character_shares = _Zipf(len(self._characters))

    def commonest(self, count: int) -> list[str]:
        """Those of at least two letters, the commonest first."""
        return [word for word in self._words[: count * 2] if len(word) > 1][:count]

    def common_word(self, rng: random.Random) -> str:
        return self._words[self._word_shares.draw(rng)]

    def brand_word(self, rng: random.Random) -> str:
        return self._words[rng.randrange(_BRAND_RANKS, VOCABULARY)]

    def characters(self, rng: random.Random, count: int) -> str:
        return "".join(self._characters[self._character_shares.draw(rng)] for _ in range(count))


def _invent_words(rng: random.Random) -> list[str]:
    words: dict[str, None] = {}
    shares, alphabets = zip(*_SCRIPTS, strict=True)
    while len(words) < VOCABULARY:
        alphabet = rng.choices(alphabets, shares)[0]
        length = min(2 + int(rng.expovariate(0.25)), 14) if len(words) > 200 else rng.randint(1, 4)
        if "가" in alphabet:
            length = max(1, length // 2)
        letters = rng.choices(alphabet, k=length)
        if "क" in alphabet:
            letters = [
                letter + (rng.choice(_VOWEL_SIGNS) if rng.random() < 0.5 else "") for letter in letters
            ]
        words["".join(letters)] = None
    return list(words)


def make_posts(language: Language, count: int, seed: int) -> list[Document]:
    rng = random.Random(seed)  # noqa: S311
    return [_make_post(language, rng) for _ in range(count)]


def _make_post(language: Language, rng: random.Random) -> Document:
    length = max(40, int(rng.gauss(200, 40)))
    text = (
        _spaceless_text(language, rng, length)
        if rng.random() < 0.125
        else _spaced_text(language, rng, length)
    )
    return Document(
        text,
        author_handle=f"user{rng.randrange(50_000)}",
        source="A forum",
        source_id=rng.randrange(20),
        lang=rng.choice(("en", "es", "de", "fr", "ja")),
        has_link=rng.random() < 0.3,
        has_image=rng.random() < 0.2,
        has_question=rng.random() < 0.3,
        followers=int(rng.paretovariate(0.8) * 50),
        reposts=int(rng.paretovariate(1) - 1),
    )


def _spaced_text(language: Language, rng: random.Random, length: int) -> str:
    words: list[str] = []
    size = 0
    while size < length:
        word = language.common_word(rng)
        words.append(word)
        size += len(word) + 1
    words[0] = words[0].capitalize()
    if rng.random() < 0.33:
        place = rng.randrange(len(words))
        words[place] = rng.choice((f"#{words[place]}", f"@{words[place]}", rng.choice(_EMOJI)))
    return " ".join(words) + rng.choice((".", "!", "?", "", " …"))


def _spaceless_text(language: Language, rng: random.Random, length: int) -> str:
    sentences = range(0, length, 25)
    return "。".join(language.characters(rng, 24) for _ in sentences)


class _WatchMaker:
    def __init__(self, language: Language, rng: random.Random) -> None:
        self._language = language
        self._rng = rng

    def make(self, kind: int, *, has_not: bool) -> str:
        """Of `kind` 0 to 9 three are phrases, one a prefix, one NEAR, two nested, and three words."""
        query = self._positive(kind)
        return f"{query} -{self._term()}" if has_not else query

    def _positive(self, kind: int) -> str:
        if kind < 3:
            return self._phrases()
        if kind == 3:
            return self._prefix()
        if kind == 4:
            return f"{self._particular()} NEAR/{self._rng.randint(1, 10)} {self._word()}"
        return self._nested() if kind < 7 else self._terms()

    def _brand(self) -> str:
        while len(brand := self._language.brand_word(self._rng)) < 3:
            pass
        return brand

    def _word(self) -> str:
        if self._rng.random() < _BRAND_LIKE:
            return self._brand()
        while len(word := self._language.common_word(self._rng)) < 2:
            pass
        return word

    def _particular(self) -> str:
        return self._word() if self._rng.random() < _CARELESS else self._brand()

    def _term(self) -> str:
        chance = self._rng.random()
        if chance < 0.1:
            return self._language.characters(self._rng, self._rng.randint(2, 5))
        if chance < 0.2:
            return self._rng.choice("#@") + self._brand()
        if chance < 0.22:
            return self._rng.choice(_EMOJI)
        return self._word()

    def _terms(self) -> str:
        terms = [self._particular(), *(self._term() for _ in range(self._rng.randint(0, 2)))]
        self._rng.shuffle(terms)
        query = " ".join(terms)
        return f"{query} lang:en" if self._rng.random() < 0.1 else query

    def _prefix(self) -> str:
        if self._rng.random() < 0.5:
            return f"{self._particular()[:6]}* {self._term()}"
        return f"{self._particular()} {self._word()[:4]}*"

    def _phrases(self) -> str:
        words = [self._language.common_word(self._rng), self._word()]
        if self._rng.random() < 0.3:
            words.append(self._language.common_word(self._rng))
        self._rng.shuffle(words)
        phrase = f'"{" ".join(words)}"'
        return f"{phrase} {self._term()}" if self._rng.random() < 0.3 else phrase

    def _nested(self) -> str:
        inner = f"({self._particular()} OR ({self._word()} {self._particular()}))"
        outer = f"({self._term()} OR {self._term()})"
        return f"{inner} {outer}" if self._rng.random() < 0.5 else f"{inner} {self._term()}"


def make_watches(language: Language, count: int, seed: int) -> list[str]:
    rng = random.Random(seed)  # noqa: S311
    maker = _WatchMaker(language, rng)
    watches = [maker.make(number % 10, has_not=number % 3 == 0) for number in range(count)]
    rng.shuffle(watches)
    return watches
