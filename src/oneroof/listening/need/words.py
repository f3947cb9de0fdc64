"""A post's words, and its words two by two, as the model counts them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from sys import intern
from zlib import crc32

from oneroof.listening.need.lexicon import PAIR_STARTS
from oneroof.text.noise import own_words

BUCKETS = 1 << 17
MOST_WORDS = 120
MOST_HANDLES = 5
LONGEST = 2_000
NUMBER = "0"

_SPACED = r"\d[\d.,:]*|[^\W\d_]+(?:'[^\W\d_]+)?|[!?]+|[\U0001f300-\U0001faff]"
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff]+")
_WORD = re.compile(rf"(?P<dense>{_DENSE.pattern})|{_SPACED}")
_SPACED_WORD = re.compile(_SPACED)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_MARKS = {"’": "'", "？": "?", "！": "!", "؟": "?"}


@dataclass(frozen=True, slots=True)
class Words:
    """`plain` is the text without handles and addresses; `single` its words in order, folded.

    `pairs` are those neighbours that begin as one of the lexicon's pairs does; `said` are they and the words.
    """

    plain: str
    single: tuple[str, ...]
    handles: tuple[str, ...]
    pairs: frozenset[str]
    said: frozenset[str]


class _Checksums(dict[str, tuple[int, bytes]]):
    """Of a word, its CRC-32 and what it adds to that of the word before it. Forgets all when full."""

    capacity = 100_000

    def __missing__(self, word: str) -> tuple[int, bytes]:
        if len(self) >= self.capacity:
            self.clear()
        written = word.encode("utf-8", "surrogatepass")
        self[word] = found = crc32(written), b" " + written
        return found


_checksums = _Checksums()


class _Stretches(dict[str, tuple[str, ...]]):
    """Remembers the words of a stretch of text without spaces; text repeats itself. Forgets all when full."""

    capacity = 100_000
    longest = 40

    def __missing__(self, stretch: str) -> tuple[str, ...]:
        found = _any_script(stretch.casefold())
        words = tuple([word if word[0] >= "a" else _shape(word) for word in found])
        if len(stretch) <= self.longest:
            if len(self) >= self.capacity:
                self.clear()
            self[stretch] = tuple(map(intern, words))
        return words


_stretches = _Stretches()


def read_words(text: str) -> Words:
    text = text[:LONGEST]
    plain = _with_plain_marks(own_words(text).strip())
    single = tuple(chain.from_iterable(map(_stretches.__getitem__, plain.split())))[:MOST_WORDS]
    handles = tuple(_HANDLE.findall(text.lower())[:MOST_HANDLES]) if "@" in text else ()
    said = frozenset(single)
    if PAIR_STARTS.isdisjoint(said):
        return Words(plain, single, handles, frozenset(), said)
    pairs = frozenset([f"{one} {other}" for one, other in pairwise(single) if one in PAIR_STARTS])
    return Words(plain, single, handles, pairs, said | pairs)


def names(single: Sequence[str], handles: Sequence[str]) -> list[str]:
    """What the model counts, each once: words, words two by two, handles."""
    pairs = [f"{one} {other}" for one, other in pairwise(single)]
    return list(dict.fromkeys([*single, *pairs, *handles]))


def buckets(single: Sequence[str], handles: Sequence[str]) -> list[int]:
    """The place of each of the ``names``, in their order."""
    checksums, last = _checksums, BUCKETS - 1
    found = [checksums[word][0] & last for word in dict.fromkeys(single)]
    found += [
        crc32(checksums[other][1], checksums[one][0]) & last for one, other in dict.fromkeys(pairwise(single))
    ]
    return found + [checksums[handle][0] & last for handle in dict.fromkeys(handles)]


def _with_plain_marks(text: str) -> str:
    """As ``str.translate``, which looks up each character of a text that is not ASCII, in a tenth of its time."""
    if not text.isascii():
        for mark, plain in _MARKS.items():
            text = text.replace(mark, plain)
    return text


def _any_script(folded: str) -> list[str]:
    """Scripts without spaces are read as overlapping pairs of signs."""
    if not _DENSE.search(folded):
        return _SPACED_WORD.findall(folded)[:MOST_WORDS]
    found: list[str] = []
    for match in _WORD.finditer(folded):
        word = match.group()
        if match.lastgroup == "dense":
            found.extend(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            found.append(word)
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


def _shape(word: str) -> str:
    """All figures are one word; so are all rows of question or exclamation marks."""
    if word[0] in "!?":
        return word[:2]
    return NUMBER if word[0].isdigit() else word
