"""Near-copies: the same words sent again, with another handle, link, number, emoji or a small edit.

A text becomes the set of its overlapping runs of letters. MinHash (Broder 1997) makes from the set a few band
keys: two texts that share no key are not compared. Two that share one are compared exactly, by the share of
runs they have in common (Jaccard). Grouping two different complaints costs more than missing a copy, so short
texts must be the same in every letter and figure, and very short ones ("thanks", "same here") are never
grouped.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oneroof.text.noise import own_words

BANDS = 4
ROWS = 3
COMPARED_UPTO = 2_000
# In letters; a Chinese or Japanese sign, or a Thai letter, says more than a Latin letter does.
SHORTEST = 30
SHORTEST_DENSE = 12
EDITABLE = 48
EDITABLE_DENSE = 20
RUN = 5
RUN_DENSE = 3
ALIKE = 0.75

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NOT_LETTERS_OR_FIGURES = re.compile(r"[\W_]+")
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_RANDOM = np.random.Generator(np.random.PCG64(20_170_411))
_FACTORS = _RANDOM.integers(1, 2**61, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_SUMMANDS = _RANDOM.integers(0, 2**61, size=BANDS * ROWS, dtype=np.uint64)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)
_DROPPED_BITS = np.uint64(3)


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What two texts are compared by; of one that is never grouped `run`, the letters in a run, is 0."""

    letters: str = field(repr=False)
    run: int
    runs: NDArray[np.uint64] = field(repr=False)
    exact_only: bool

    @property
    def bands(self) -> tuple[int, ...]:
        """Signed 64-bit keys to store and to look up by; empty for a text that is never grouped."""
        return _bands([self.letters], self.run)[0] if self.run else ()


_NEVER = np.empty(0, dtype=np.uint64)


class _Read(NamedTuple):
    """A text as it is compared; of one that is never grouped `run` is 0."""

    letters: str
    run: int
    exact_only: bool


def fingerprint(text: str) -> Fingerprint:
    letters, run, exact_only = _read(text)
    return Fingerprint(letters, run, _runs(letters, run) if run else _NEVER, exact_only)


def all_bands(texts: Iterable[str]) -> list[tuple[int, ...]]:
    """The bands of each text's fingerprint, in order: many at once take a fifth of the time."""
    read = [_read(text) for text in texts]
    bands: list[tuple[int, ...]] = [()] * len(read)
    for run in (RUN, RUN_DENSE):
        places = [place for place, each in enumerate(read) if each.run == run]
        for place, keys in zip(places, _bands([read[place].letters for place in places], run), strict=True):
            bands[place] = keys
    return bands


def _read(text: str) -> _Read:
    words = _words(text)
    letters = _NOT_LETTERS.sub(" ", words).strip()
    dense = bool(letters) and 2 * len(_DENSE.findall(letters)) >= len(letters)
    if len(letters) < (SHORTEST_DENSE if dense else SHORTEST):
        return _Read(letters, 0, exact_only=True)
    exact_only = len(letters) < (EDITABLE_DENSE if dense else EDITABLE)
    if exact_only:
        letters = _NOT_LETTERS_OR_FIGURES.sub(" ", words).strip()
    return _Read(letters, RUN_DENSE if dense else RUN, exact_only)


def are_near_copies(one: Fingerprint, other: Fingerprint) -> bool:
    """The exact check, for two fingerprints that share a band."""
    if not one.run or not other.run:
        return False
    if one.letters == other.letters:
        return True
    return not (one.exact_only or other.exact_only) and likeness(one, other) >= ALIKE


def is_near_copy(one: str, other: str) -> bool:
    return are_near_copies(fingerprint(one), fingerprint(other))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """Jaccard's index of the two sets of runs, 0 to 1."""
    either = len(one.runs) + len(other.runs)
    if not either:
        return 0.0
    shared = len(np.intersect1d(one.runs, other.runs, assume_unique=True))
    return shared / (either - shared)


def _words(text: str) -> str:
    return unicodedata.normalize("NFKC", own_words(text[:COMPARED_UPTO])).casefold()


def _runs(letters: str, length: int) -> NDArray[np.uint64]:
    hashed = np.sort(_hashed(letters, length))
    return hashed[np.concatenate(([True], hashed[1:] != hashed[:-1]))]


def _hashed(letters: str, length: int) -> NDArray[np.uint64]:
    """One number a run, in the order of the letters."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - length + 1
    hashed = codes[:count].copy()
    for offset in range(1, length):
        hashed *= _BASE
        hashed += codes[offset : offset + count]
    hashed ^= hashed >> _HALF
    hashed *= _SPREAD
    return hashed


def _bands(texts: Sequence[str], length: int) -> list[tuple[int, ...]]:
    """The texts are gone through as one; runs that reach from one into the next are left out."""
    if not texts:
        return []
    hashed = _hashed("".join(texts), length)
    ends = np.cumsum([len(text) for text in texts])
    starts = ends - [len(text) for text in texts]
    edges = np.stack((starts, ends - length + 1), axis=1).ravel()[:-1]
    smallest = np.stack(
        [
            np.minimum.reduceat((hashed * factor + summand) >> _DROPPED_BITS, edges)[::2]
            for factor, summand in zip(_FACTORS, _SUMMANDS, strict=True)
        ]
    ).reshape(BANDS, ROWS, len(texts))
    keys = smallest[:, 0].copy()
    for row in range(1, ROWS):
        keys *= _BASE
        keys ^= smallest[:, row] + (keys >> _HALF)
    keys += (np.arange(BANDS, dtype=np.uint64) * _SPREAD)[:, None]
    return list(map(tuple, keys.view(np.int64).T.tolist()))
