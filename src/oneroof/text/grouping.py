"""Groups of texts that say the same, without being told how many there are."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oneroof.text.routing import Floats, centred
from oneroof.text.weighing import average_linked, weighed

APART = 0.7
"""Mean cosine distance up to which two groups are one, after centring; chosen on validation texts."""
WORDS_APART = 0.8
STOP_SHARE, FEW = 0.3, 50
"""A word in more than that share of many texts tells nothing apart."""
NAMED_BY = 4
WORD, ANYTHING = r"(?u)\b\w\w+\b", r"(?u)\S+|^\s*$"


def group_by_meaning(vectors: Floats, *, apart: float = APART) -> NDArray[np.intp]:
    """A group's number for each text. Quadratic in time and memory: a few thousand texts at most."""
    return _agglomerated(centred(vectors, vectors.mean(axis=0)), apart)


def group_by_words(texts: Sequence[str]) -> NDArray[np.intp]:
    """As ``group_by_meaning``, where there is no embedding."""
    rows = _tfidf(texts)[0].toarray().astype(np.float32)
    return _agglomerated(rows, WORDS_APART)


def names_of(texts: Sequence[str], groups: Sequence[int]) -> dict[int, str]:
    """Of each group, the words that it has more of than the rest, at most four."""
    rows, words = _tfidf(texts)
    marks = np.asarray(groups)
    overall = np.asarray(rows.mean(axis=0)).ravel()
    named = {}
    for group in Counter(groups):
        lift = np.asarray(rows[marks == group].mean(axis=0)).ravel() - overall
        best = [words[place] for place in lift.argsort()[::-1][:NAMED_BY] if lift[place] > 0]
        named[group] = " ".join(best)
    return named


def _agglomerated(rows: Floats, apart: float) -> NDArray[np.intp]:
    rows = np.where(np.linalg.norm(rows, axis=1, keepdims=True) > 0, rows, np.float32(1e-6))
    return average_linked(rows, apart)


def _tfidf(texts: Sequence[str]) -> tuple[Any, Any]:
    most = STOP_SHARE if len(texts) >= FEW else 1.0
    found = weighed(texts, WORD, most=most) or weighed(texts, ANYTHING)
    assert found, "Any text has something."
    return found
