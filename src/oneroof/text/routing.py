"""Which of some known labels a text is about, learnt from examples: the words, and where known the meaning.

Two multinomial logistic regressions, one on the embedding and one on TF-IDF of words and letters, whose
log-probabilities are added, and to them how near the nearest example of each label is: of few examples one may be
nearly the same question. The weights were chosen on validation texts, never on test texts: docs/quality.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS_WEIGHT, OF_FEW, WORDS_WEIGHT_AT_MOST = 0.2, 11, 1.0
"""Up to so few examples a label; of more, words tell more, with the square root of their number."""
NEAREST_WEIGHT = 2.5
"""Of the cosine of the nearest example, beside logarithms of probabilities."""
MEANING_STRENGTH, WORDS_STRENGTH = 10.0, 30.0
"""Inverse regularisation (C of scikit-learn)."""
ROUNDS = 300
AT_A_TIME = 500
RARE_COUNT = "balanced"
"""A rare label is worth finding as much as a common one."""
WORD = r"(?u)\b\w+\b"
type Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Routed:
    """The likeliest label and its probability among the known ones."""

    label: Any
    sureness: float


class Router:
    """Learns from at least two labels. With ``vectors`` at fitting, those of a text may be given as well."""

    def __init__(self, texts: Sequence[str], labels: Sequence[Any], vectors: Floats | None = None) -> None:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_union

        self._words = make_union(*_word_features())
        self._by_words = LogisticRegression(C=WORDS_STRENGTH, max_iter=ROUNDS, class_weight=RARE_COUNT)
        self._by_words.fit(self._words.fit_transform(texts), labels)
        self.labels = list(self._by_words.classes_)
        self._words_weight = words_weight(len(texts) / len(self.labels))
        self._by_meaning: Any = None
        if vectors is not None:
            self._middle = vectors.mean(axis=0)
            self._by_meaning = LogisticRegression(
                C=MEANING_STRENGTH, max_iter=ROUNDS, class_weight=RARE_COUNT
            )
            examples = centred(vectors, self._middle)
            self._by_meaning.fit(examples, labels)
            places = np.argsort(np.searchsorted(self._by_meaning.classes_, labels), kind="stable")
            self._ordered = examples[places]
            self._starts = np.searchsorted(np.asarray(labels)[places], self._by_meaning.classes_)

    def probabilities(self, texts: Sequence[str], vectors: Floats | None = None) -> NDArray[np.float64]:
        """One row a text, one column a label of ``labels``; each row adds up to 1."""
        by_words = self._by_words.predict_log_proba(self._words.transform(texts))
        if vectors is None or self._by_meaning is None:
            return np.asarray(np.exp(by_words))
        meant = centred(vectors, self._middle)
        by_meaning = self._by_meaning.predict_log_proba(meant)
        mixed = by_meaning + self._words_weight * by_words + NEAREST_WEIGHT * self._nearest(meant)
        likely = np.exp(mixed - mixed.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))

    def _nearest(self, meant: Floats) -> NDArray[np.float64]:
        """The cosine of each label's nearest example, a few texts at a time."""
        alike = [
            np.maximum.reduceat(meant[first : first + AT_A_TIME] @ self._ordered.T, self._starts, axis=1)
            for first in range(0, len(meant), AT_A_TIME)
        ]
        return np.concatenate(alike)

    def route(self, texts: Sequence[str], vectors: Floats | None = None) -> list[Routed]:
        if not texts:
            return []
        rows = self.probabilities(texts, vectors)
        return [Routed(self.labels[row.argmax()], float(row.max())) for row in rows]


def words_weight(of_a_label: float) -> float:
    """Beside the meaning, of so many examples a label."""
    return min(WORDS_WEIGHT_AT_MOST, WORDS_WEIGHT * max(1.0, float(np.sqrt(of_a_label / OF_FEW))))


def centred(vectors: Floats, middle: Floats) -> Floats:
    """e5's vectors all point one way; what tells them apart is what is left without it."""
    left = vectors - middle
    return np.asarray(left / np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-9), np.float32)


def _word_features() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return (
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=WORD),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)),
    )
