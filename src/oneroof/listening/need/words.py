"""A post's words, and its words two by two, as the model counts them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from oneroof.text.noise import own_words

BUCKETS = 1 << 17
MOST_WORDS = 120
MOST_HANDLES = 5
LONGEST = 2_000
NUMBER = "0"

_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d.,:]*|[!?]+")
_SPACED = r"\d[\d.,:]*|[^\W\d_]+(?:'[^\W\d_]+)?|[!?]+|[\U0001f300-\U0001faff]"
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff]+")
_WORD = re.compile(rf"(?P<dense>{_DENSE.pattern})|{_SPACED}")
_SPACED_WORD = re.compile(_SPACED)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_MARKS = {"’": "'", "？": "?", "！": "!", "؟": "?"}


@dataclass(frozen=True, slots=True)
class Words:
    """`plain` is the text without handles and addresses; `single` its words in order, folded."""

    plain: str
    single: tuple[str, ...]
    pairs: tuple[str, ...]
    handles: tuple[str, ...]
    said: frozenset[str]  # single words and pairs

    def __reduce__(self) -> tuple[Callable[..., "Words"], tuple[str, str, str]]:
        """As few strings as can be: words cross from one process into another with each post."""
        return _unpacked, (self.plain, " ".join(self.single), " ".join(self.handles))

    def distinct(self) -> list[str]:
        return list(dict.fromkeys(self.single + self.pairs + self.handles))


def read_words(text: str) -> Words:
    text = text[:LONGEST]
    plain = own_words(text).strip()
    if plain.isascii():
        found = _ASCII_WORD.findall(plain.lower())[:MOST_WORDS]
    else:
        plain = _with_plain_marks(plain)
        found = _any_script(plain.casefold())
    single = tuple([word if word[0] >= "a" else _shape(word) for word in found])
    handles = tuple(_HANDLE.findall(text.lower())[:MOST_HANDLES]) if "@" in text else ()
    return _words(plain, single, handles)


def _words(plain: str, single: tuple[str, ...], handles: tuple[str, ...]) -> Words:
    pairs = tuple([f"{one} {other}" for one, other in pairwise(single)])
    return Words(plain, single, pairs, handles, frozenset(single + pairs))


def _unpacked(plain: str, single: str, handles: str) -> Words:
    return _words(plain, tuple(single.split()), tuple(handles.split()))


def buckets(words: Iterable[str]) -> list[int]:
    return [crc32(word.encode("utf-8", "surrogatepass")) & (BUCKETS - 1) for word in words]


def _with_plain_marks(text: str) -> str:
    """As ``str.translate``, which looks up each character of a text that is not ASCII, in a tenth of its time."""
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
