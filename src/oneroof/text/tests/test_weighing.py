"""Our weights and groups are those of scikit-learn, which takes ten times as long to load."""

import subprocess
import sys
from random import Random

import numpy as np
import pytest
from scipy.sparse import diags
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from oneroof.text.crowds import WORD
from oneroof.text.weighing import average_linked, weighed

CHANCE = Random(3)
WORDS = [f"{chr(97 + place % 26)}ö{chr(97 + place // 26)}'s" for place in range(400)]
TEXTS = [
    " ".join(WORDS[min(int(CHANCE.paretovariate(0.6)), 399)] for _each in range(9)) for _text in range(800)
] + ["", "ONCE only 7"]


@pytest.mark.parametrize(("least", "most", "times"), [(2, 0.1, 2), (1, 1.0, 1)])
def test_words_weigh_what_scikit_learn_says(least: int, most: float, times: int) -> None:
    theirs = TfidfVectorizer(sublinear_tf=True, min_df=least, max_df=most, token_pattern=WORD, norm=None)
    rows = theirs.fit_transform(TEXTS)
    expected = normalize(rows @ diags(theirs.idf_) if times > 1 else rows)
    found = weighed(TEXTS, WORD, least=least, most=most, rarity_counts=times)
    assert found is not None
    assert list(found[1]) == list(theirs.get_feature_names_out())
    assert abs(found[0] - expected).max() < 1e-5


def test_texts_without_words_weigh_nothing() -> None:
    assert weighed(["", "7 !"], WORD) is None
    assert weighed([], WORD) is None


@pytest.mark.parametrize("apart", [0.3, 0.6, 0.9])
def test_groups_are_those_of_scikit_learn(apart: float) -> None:
    rows = np.random.default_rng(1).standard_normal((120, 6)).astype(np.float32)
    theirs = AgglomerativeClustering(None, distance_threshold=apart, linkage="average", metric="cosine")
    expected, found = theirs.fit_predict(rows), average_linked(rows, apart)
    assert len(set(expected)) > 1
    assert _parted(found) == _parted(expected)


def _parted(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == each).tolist()) for each in set(labels.tolist())}


def test_the_days_twenty_needs_no_scikit_learn() -> None:
    code = (
        "import sys; from oneroof.text.crowds import crowds;"
        "texts = ['the spout leaks'] * 3 + ['late parcel'] * 3;"
        "assert len(crowds(texts, list('abcdef'))) == 2; assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
