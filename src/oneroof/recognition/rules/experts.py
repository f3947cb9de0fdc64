"""Who would answer this? From outcomes, recency, topics, wording, and one's place in the answer graph; pure.

A score is a weighted sum of seven features, so each can be said. The graph leads from askers to those who answered
them; its stationary weights are PageRank (Page et al. 1999, damping .85; on askers and answerers as in Zhang,
Ackerman and Adamic 2007, "Expertise Networks in Online Communities"). Rates are smoothed towards everybody's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

DAY = 86_400
HALF_LIFE, GRAPH_HALF_LIFE = 365.0, 720.0
"""Days."""
SMOOTHING = 5
DAMPING, ROUNDS = 0.85, 40
FEATURES = ("recent", "accepted", "active", "rate", "place", "topic", "wording")
WEIGHTS: Mapping[str, float] = {
    "recent": 0.04,
    "accepted": 0.04,
    "active": 0.15,
    "rate": 0.35,
    "place": 0.01,
    "topic": 0.27,
    "wording": 0.14,
}
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: who asked it, and what it is about."""

    id: int
    asker: int | None
    title: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    question: Asked
    member: int
    at: datetime
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    member: int
    score: float
    parts: Mapping[str, float]
    """What each feature adds to the score."""


class History:
    """The answers that were known at one moment; whoever answers oneself is left out."""

    def __init__(self, answers: Iterable[Answered], at: datetime) -> None:
        self.answers = [a for a in answers if a.at <= at and a.member != a.question.asker]
        self.members = sorted({answer.member for answer in self.answers})
        self.index = {member: n for n, member in enumerate(self.members)}
        self.who = np.array([self.index[a.member] for a in self.answers], dtype=np.int64)
        self.age = np.array([(at - a.at).total_seconds() / DAY for a in self.answers])
        self.weight = 0.5 ** (self.age / HALF_LIFE)
        self.is_accepted = np.array([a.is_accepted for a in self.answers], dtype=np.float64)
        self._index_words()
        self.whole = self._whole() if self.answers else {}

    def features(self, question: Asked) -> dict[str, Floats]:
        """One value a member and feature."""
        topic, wording = self._nearness(question)
        return {
            **self.whole,
            "topic": np.log1p(self._sum(self.weight * topic)),
            "wording": np.log1p(10 * self._sum(self.weight * wording**2)),
        }

    def count(self) -> Floats:
        """Plain answers, which others are measured against."""
        return self._sum(np.ones(len(self.answers)))

    def pagerank(self, *, half_life: float | None = None) -> Floats:
        """Weight of each member in the graph from askers to answerers."""
        nodes = dict(self.index)
        for answer in self.answers:
            if answer.question.asker is not None:
                nodes.setdefault(answer.question.asker, len(nodes))
        known = [n for n, a in enumerate(self.answers) if a.question.asker is not None]
        start = np.array([nodes[self.answers[n].question.asker or 0] for n in known], dtype=np.int64)
        end = self.who[known]
        weight = np.ones(len(known)) if half_life is None else 0.5 ** (self.age[known] / half_life)
        return _pagerank(start, end, weight, len(nodes))[: len(self.members)]

    def _whole(self) -> dict[str, Floats]:
        count, accepted = self.count(), self._sum(self.is_accepted)
        usual = float(self.is_accepted.mean())
        last = np.full(len(self.members), np.inf)
        np.minimum.at(last, self.who, self.age)
        place = self.pagerank(half_life=GRAPH_HALF_LIFE)
        return {
            "recent": np.log1p(self._sum(self.weight)),
            "accepted": np.log1p(self._sum(self.weight * self.is_accepted)),
            "active": -np.log1p(last),
            "rate": (accepted + SMOOTHING * usual) / (count + SMOOTHING) - usual,
            "place": np.log(place * len(place) + 1e-9),
        }

    def _sum(self, values: Floats) -> Floats:
        return np.bincount(self.who, values, len(self.members)).astype(np.float64)

    def _index_words(self) -> None:
        self.rows: dict[int, list[int]] = defaultdict(list)
        for row, answer in enumerate(self.answers):
            self.rows[answer.question.id].append(row)
        questions = {answer.question.id: answer.question for answer in self.answers}
        self.size = len(questions)
        self.tag_in: dict[str, list[int]] = defaultdict(list)
        terms = {key: Counter(words_of(question)) for key, question in questions.items()}
        self.in_questions = Counter(word for words in terms.values() for word in words)
        self.word_in: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for key, question in questions.items():
            for tag in question.tags:
                self.tag_in[tag].append(key)
            for word, value in self._vector(terms[key]).items():
                self.word_in[word].append((key, value))

    def _rarity(self, known_in: int) -> float:
        """Above 0 also of what every question has."""
        return log((self.size + 2) / (known_in + 1))

    def _vector(self, words: Mapping[str, int]) -> dict[str, float]:
        raw = {w: (1 + log(n)) * self._rarity(self.in_questions[w]) for w, n in words.items()}
        length = sqrt(sum(value * value for value in raw.values())) or 1.0
        return {word: value / length for word, value in raw.items() if word in self.in_questions}

    def _nearness(self, question: Asked) -> tuple[Floats, Floats]:
        """Of each answer's question: the share of this one's tags, rare ones more, and the cosine of words."""
        topic, wording = np.zeros(len(self.answers)), np.zeros(len(self.answers))
        tags = {tag: self._rarity(len(self.tag_in[tag])) for tag in question.tags if tag in self.tag_in}
        whole = sum(tags.values()) or 1.0
        for tag, rarity in tags.items():
            for key in self.tag_in[tag]:
                topic[self.rows[key]] += rarity / whole
        for word, value in self._vector(Counter(words_of(question))).items():
            for key, other in self.word_in[word]:
                wording[self.rows[key]] += value * other
        return topic, wording


def words_of(question: Asked) -> list[str]:
    return [*_WORD.findall(question.title.lower()), *question.tags]


def rank(history: History, question: Asked, *, weights: Mapping[str, float] = WEIGHTS) -> list[Ranked]:
    """Everybody who ever answered, the likeliest first; never the asker."""
    if not history.answers:
        return []
    parts = {name: weights[name] * values for name, values in history.features(question).items()}
    scores = np.sum(list(parts.values()), axis=0)
    order = [n for n in np.argsort(-scores, kind="stable") if history.members[n] != question.asker]
    return [
        Ranked(
            history.members[n],
            float(scores[n]),
            {name: round(float(values[n]), 3) for name, values in parts.items()},
        )
        for n in order
    ]


def _pagerank(start: NDArray[np.int64], end: NDArray[np.int64], weight: Floats, size: int) -> Floats:
    out = np.bincount(start, weight, size)
    share = weight / out[start]
    place = np.full(size, 1 / size)
    for _round in range(ROUNDS):
        flow = np.bincount(end, place[start] * share, size)
        place = (1 - DAMPING) / size + DAMPING * (flow + place[out == 0].sum() / size)
    return place


def gini(counts: Sequence[float]) -> float:
    """0 where everybody is asked alike, towards 1 where one is asked everything."""
    if not counts or not sum(counts):
        return 0.0
    ordered = sorted(counts)
    ranked = sum((2 * n - len(ordered) - 1) * value for n, value in enumerate(ordered, start=1))
    return ranked / (len(ordered) * sum(ordered))
