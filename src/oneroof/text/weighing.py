"""Texts as rows of their words, weighed by how often and how rare they are (TF-IDF, Spärck Jones 1972).

Of our own, since scikit-learn takes longer to load than this takes for thousands of posts. The figures agree.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oneroof.text.routing import Floats


def weighed(
    texts: Sequence[str], word: str, *, least: int = 1, most: float = 1.0, rarity_counts: int = 1
) -> tuple[Any, NDArray[Any]] | None:
    """Rows of length 1 and their words, in order; None where none is left.

    A word stands in at least ``least`` texts and in ``most`` of them at most, as a share. Often is taken by its
    logarithm, rarity as 1 + ln((1 + texts) / (1 + texts with it)), ``rarity_counts`` times.
    """
    from scipy.sparse import csr_matrix, diags

    columns, values, ends, known = _counted(texts, re.compile(word))
    used = np.bincount(columns, minlength=len(known))
    words = np.array(list(known), object)
    kept = np.flatnonzero((used >= least) & (used <= most * len(texts)))
    kept = kept[np.argsort(words[kept], kind="stable")]
    if not len(kept):
        return None
    often = (1 + np.log(values)).astype(np.float32)
    rows = csr_matrix((often, columns, ends), shape=(len(texts), len(known)))[:, kept]
    rarity = (np.log((1 + len(texts)) / (1 + used[kept])) + 1).astype(np.float32)
    return of_length_one((rows @ diags(rarity**rarity_counts)).tocsr()), words[kept]


def of_length_one(rows: Any) -> Any:
    """An empty row stays so."""
    from scipy.sparse import diags

    lengths: Floats = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (diags(1 / np.where(lengths > 0, lengths, 1)) @ rows).tocsr().astype(np.float32)


def _counted(texts: Sequence[str], word: re.Pattern[str]) -> tuple[Any, Any, Any, dict[str, int]]:
    """How often each word stands in each text: as a sparse matrix wants it."""
    known: dict[str, int] = {}
    columns, values, ends = [], [], [0]
    for text in texts:
        for found, times in Counter(word.findall(text.lower())).items():
            columns.append(known.setdefault(found, len(known)))
            values.append(times)
        ends.append(len(columns))
    return np.array(columns, np.int32), np.array(values, np.float32), np.array(ends, np.int32), known


def average_linked(rows: Floats, apart: float) -> NDArray[np.intp]:
    """A group's number for each row: groups are one while their mean cosine distance is less than ``apart``."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(rows) < 2:
        return np.zeros(len(rows), np.intp)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distances = np.clip(1 - unit @ unit.T, 0, 2)[np.triu_indices(len(rows), 1)]
    tree = linkage(distances.astype(np.float64), method="average")
    return np.asarray(fcluster(tree, np.nextafter(apart, 0), criterion="distance"), np.intp) - 1
