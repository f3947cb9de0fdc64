"""A filter that learns on-line what people do not want to read: logistic regression over hashed words and letters.

It proposes; a person disposes, and it learns from that. The same learner judges spam and offensive language. Pure.
"""

import math
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BITS = 18
SIZE = 1 << BITS
RATE = 0.5
MOST_LETTERS = 4_000
"""Of a text; what comes after weighs little, and costs time."""
_MAGIC = b"SPAM1"
_HEAD = struct.Struct("<5sddQQ")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Judgement:
    """``chance`` from 0 to 1 that it is unwanted, and the words that speak most for that."""

    chance: float
    because: tuple[str, ...]


class Filter:
    """Knows nothing until it has seen both kinds: then ``chance`` is worth a look. AdaGrad (Duchi et al. 2011)."""

    def __init__(self) -> None:
        self.weights = np.zeros(SIZE, np.float32)
        self.steps = np.full(SIZE, 1e-2, np.float32)
        self.bias, self.bias_steps = 0.0, 1e-2
        self.unwanted = self.wanted = 0

    def judge(self, text: str) -> Judgement:
        named = features(text)
        places, values = _placed(named)
        chance = _logistic(self.bias + float(self.weights[places] @ values))
        return Judgement(chance, self._because(named))

    def learn(self, text: str, *, unwanted: bool) -> None:
        """One decision of a person. The rarer kind weighs more, so that it is not drowned."""
        self.unwanted += unwanted
        self.wanted += not unwanted
        places, values = _placed(features(text))
        error = _logistic(self.bias + float(self.weights[places] @ values)) - unwanted
        error *= self._weight(unwanted=unwanted)
        slopes = error * values
        self.steps[places] += slopes * slopes
        self.weights[places] -= RATE * slopes / np.sqrt(self.steps[places])
        self.bias_steps += error * error
        self.bias -= RATE * error / math.sqrt(self.bias_steps)

    @property
    def knows_both(self) -> bool:
        return bool(self.unwanted and self.wanted)

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(_MAGIC, self.bias, self.bias_steps, self.unwanted, self.wanted)
        return head + zlib.compress(self.weights.tobytes() + self.steps.tobytes(), 1)

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Filter":
        """Raises ValueError for anything but what ``to_bytes`` made."""
        made = cls()
        try:
            magic, made.bias, made.bias_steps, made.unwanted, made.wanted = _HEAD.unpack_from(kept)
            numbers = np.frombuffer(zlib.decompress(kept[_HEAD.size :]), np.float32)
        except (struct.error, zlib.error, ValueError) as error:
            raise ValueError("This is not a filter.") from error
        if magic != _MAGIC or len(numbers) != 2 * SIZE:
            raise ValueError("This is not a filter.")
        made.weights, made.steps = numbers[:SIZE].copy(), numbers[SIZE:].copy()
        return made

    def _weight(self, *, unwanted: bool) -> float:
        seen, others = (self.unwanted, self.wanted) if unwanted else (self.wanted, self.unwanted)
        return min(math.sqrt((others + 1) / (seen + 1)), 3.0) if seen < others else 1.0

    def _because(self, named: Sequence[str]) -> tuple[str, ...]:
        words = [name[2:] for name in dict.fromkeys(named) if name.startswith("w ")]
        weighed = sorted(((float(self.weights[_place(f"w {word}")]), word) for word in words), reverse=True)
        return tuple(word for weight, word in weighed[:5] if weight > 0)


def features(text: str) -> list[str]:
    """Words, pairs of words, letters in threes to fives, and how it is written; numbers and addresses by kind."""
    text = unicodedata.normalize("NFKC", text)[:MOST_LETTERS]
    folded = _ADDRESS.sub(" <address> ", text).casefold()
    words = [_kind_of(word) for word in _WORD.findall(folded)]
    pairs = (f"p {one} {two}" for one, two in pairwise(words))
    return [*(f"w {word}" for word in words), *pairs, *_letters(words), *_manner(text)]


def _kind_of(word: str) -> str:
    return f"<{min(len(word), 12)} digits>" if word.isdigit() else word


def _letters(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        padded = f" {word[:24]} "
        for length in (3, 4, 5):
            for start in range(len(padded) - length + 1):
                yield f"l {padded[start : start + length]}"


def _manner(text: str) -> Iterable[str]:
    letters = sum(each.isalpha() for each in text)
    capitals = sum(each.isupper() for each in text)
    if letters > 10:
        yield f"m capitals {round(4 * capitals / letters)}"
    yield f"m digits {min(sum(each.isdigit() for each in text), 20) // 4}"
    yield f"m addresses {min(len(_ADDRESS.findall(text)), 3)}"
    yield f"m length {min(len(text).bit_length(), 10)}"


def _placed(named: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places in the weights, each once, with values of length 1 together."""
    places = np.unique(np.fromiter(map(_place, named), np.int64, len(named)))
    return places, np.full(len(places), 1 / math.sqrt(max(len(places), 1)), np.float32)


def _place(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace")) & (SIZE - 1)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(min(value, 35.0), -35.0)))
