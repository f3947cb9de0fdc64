"""The three orders that search fuses, by words, by title and by meaning: in memory, without PostgreSQL."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from oneroof.community.quality.sets import Asked, Page, vectors
from oneroof.community.queries.finding import DEEP, LEAST_LIKENESS, LONGEST, TYPED
from oneroof.community.queries.wording import READ, TITLED
from oneroof.community.rules.passages import passages_of
from oneroof.text.embeddings import embed_passages, embed_queries

SATURATED_AT, BY_LENGTH = 1.2, 0.75
_WORD, _ENDING = re.compile(r"\w+"), re.compile(r"(?<=\w{3})(ing|ed|es|e|s)$")


class Orders:
    """Of each asked text, the pages among which it is asked, the best first."""

    def __init__(self, pages: Sequence[Page], asked: Sequence[Asked]) -> None:
        cut = [
            (n, text)
            for n, page in enumerate(pages)
            for each in page.texts
            for text in passages_of(each) or [""]
        ]
        self.page_of = np.array([n for n, _text in cut])
        self.pages, self.asked = pages, asked
        self.passages = [(pages[n].title, text) for n, text in cut]
        self.texts = [each.text[:LONGEST] for each in asked]

    def by_words(self) -> list[list[int]]:
        """As search weighs them, but with a plain English stemmer, and every word counted."""
        return self._of_pages(_scores(self.texts, _by_rareness(self.passages)))

    def by_bm25(self) -> list[list[int]]:
        """For comparison: it also knows how long a passage is."""
        read = [words(f"{title} {text}") for title, text in self.passages]
        return self._of_pages(_scores(self.texts, bm25(read)))

    def by_meaning(self) -> list[list[int]]:
        known = vectors([f"{title}\n{text}" for title, text in self.passages], embed_passages)
        return self._of_pages(vectors(self.texts, embed_queries) @ known.T + 1)

    def nearest(self) -> list[tuple[int, float]]:
        """Of each asked text, the page of the nearest passage, and its cosine."""
        known = vectors([f"{title}\n{text}" for title, text in self.passages], embed_passages)
        scores = vectors(self.texts, embed_queries) @ known.T
        return [(int(self.page_of[row.argmax()]), float(row.max())) for row in scores]

    def by_title(self, *, of_all: bool) -> list[list[int]]:
        """Of short texts alone, unless ``of_all``, as search does where there is no meaning."""
        likeness = _likeness([text[:200] for text in self.texts], [page.title for page in self.pages])
        counts = [of_all or len(text.split()) <= TYPED for text in self.texts]
        rows = zip(likeness, self.asked, counts, strict=True)
        return [
            _best(np.where(row >= LEAST_LIKENESS, row, 0), each.among) if it_counts else []
            for row, each, it_counts in rows
        ]

    def by_tf_idf(self, *, with_answers: bool) -> list[list[int]]:
        """The baseline: the cosine of TF-IDF vectors, one of each page."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        learnt = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        read = [" ".join([page.title, *(page.texts if with_answers else [])]) for page in self.pages]
        known = learnt.fit_transform(read)
        scores = (learnt.transform(self.texts) @ known.T).toarray()
        return [_best(row, each.among) for row, each in zip(scores, self.asked, strict=True)]

    def _of_pages(self, scores: Any) -> list[list[int]]:
        """The best passages alone count, each page at its best one's place."""
        orders = []
        for row, each in zip(scores, self.asked, strict=True):
            among = np.flatnonzero(np.isin(self.page_of, each.among))
            orders.append(list(dict.fromkeys(self.page_of[_best(row, among)].tolist())))
        return orders


def words(text: str) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found = _WORD.findall(text.lower())
    return [_ENDING.sub("", word) for word in found if word not in ENGLISH_STOP_WORDS]


def bm25(passages: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Of each passage, what each of its words is worth."""
    rare = _rareness(passages)
    mean = sum(map(len, passages)) / len(passages)
    weighed = []
    for passage in passages:
        length = SATURATED_AT * (1 - BY_LENGTH + BY_LENGTH * len(passage) / mean)
        times = Counter(passage).items()
        weighed.append({word: rare[word] * n * (SATURATED_AT + 1) / (n + length) for word, n in times})
    return weighed


def _rareness(passages: Sequence[Sequence[str]]) -> dict[str, float]:
    """Of each word, the inverse of how many passages hold it (Robertson and Zaragoza 2009)."""
    within = Counter(word for passage in passages for word in set(passage))
    return {word: float(np.log1p((len(passages) - n + 0.5) / (n + 0.5))) for word, n in within.items()}


def _by_rareness(passages: Sequence[tuple[str, str]]) -> list[dict[str, float]]:
    """Of each passage, what each of its words is worth, as PostgreSQL ranks one word at its places."""
    read = [(Counter(words(title)), Counter(words(text))) for title, text in passages]
    rare = _rareness([[*titled, *told] for titled, told in read])
    return [
        {word: rare[word] * _at_places(titled[word], told[word]) for word in titled | told}
        for titled, told in read
    ]


def _at_places(titled: int, told: int) -> float:
    places = [TITLED] * titled + [READ] * told
    return sum(weight / (n * n) for n, weight in enumerate(places, 1))


def _scores(texts: Sequence[str], weighed: Sequence[dict[str, float]]) -> Any:
    from sklearn.feature_extraction import DictVectorizer

    learnt = DictVectorizer()
    known = learnt.fit_transform(weighed)
    return (learnt.transform([dict.fromkeys(words(text), 1.0) for text in texts]) @ known.T).toarray()


def _likeness(texts: Sequence[str], titles: Sequence[str]) -> Any:
    """Trigrams in common with the likest run of whole words of the title, as ``strict_word_similarity``."""
    from sklearn.feature_extraction.text import CountVectorizer

    runs = [_runs(title) for title in titles]
    learnt = CountVectorizer(analyzer=_trigrams, binary=True, dtype=np.float32)
    learnt.fit([*texts, *titles])
    asked, known = learnt.transform(texts), learnt.transform([run for each in runs for run in each])
    common = (asked @ known.T).toarray()
    either = asked.sum(axis=1).reshape(-1, 1) + known.sum(axis=1).reshape(1, -1) - common
    starts = np.cumsum([0, *map(len, runs)])[:-1]
    return np.maximum.reduceat(np.asarray(common / np.maximum(either, 1)), starts, axis=1)


def _runs(title: str) -> list[str]:
    split = _WORD.findall(title) or [""]
    return [
        " ".join(split[first:last])
        for first in range(len(split))
        for last in range(first + 1, len(split) + 1)
    ]


def _trigrams(text: str) -> set[str]:
    return {f"  {word} "[n : n + 3] for word in _WORD.findall(text.upper()) for n in range(len(word) + 1)}


def _best(scores: Any, among: Any) -> list[int]:
    chosen = np.asarray(among)
    ordered = chosen[np.argsort(-scores[chosen], kind="stable")]
    return [int(each) for each in ordered[:DEEP] if scores[each] > 0]
