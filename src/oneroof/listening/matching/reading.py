"""One post as the matcher looks at it: what it has, and, when someone asks, where."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import lru_cache
from sys import intern
from typing import Final

from oneroof.listening.matching.document import Document
from oneroof.listening.watch_language.fields import fold_name
from oneroof.listening.watch_language.nodes import UNKNOWN_LANGUAGE, Feature, Near, Words
from oneroof.text.tokens import Tokens, fold_handle, tokenize

COUNTED_PLACES: Final = 255
"""A term's first places in a post count for phrases and NEAR: as many as a PostgreSQL tsvector holds."""


@lru_cache(4096)
def _field_features(
    lang: str, source: str, source_id: int | None, has_link: bool, has_image: bool, has_question: bool
) -> tuple[str, ...]:
    """Of most posts of a source they are the same."""
    features = [f"lang:{lang or UNKNOWN_LANGUAGE}"]
    if source:
        features.append(f"source:{fold_name(source)}")
    if source_id is not None:
        features.append(f"source:{source_id}")
    has = {Feature.LINK: has_link, Feature.IMAGE: has_image, Feature.QUESTION: has_question}
    features += [f"has:{feature}" for feature, is_there in has.items() if is_there]
    return tuple(map(intern, features))


class Reading:
    """`features` are the words and marks, to which the index adds the beginnings that are asked for and the
    fields, which have a colon where a term has none."""

    __slots__ = ("_joined", "_places", "document", "features", "fields", "marks", "words")

    def __init__(self, document: Document, tokens: Tokens | None = None) -> None:
        self.document = document
        self.words, self.marks = tokens or tokenize(document.text)
        self.fields = _field_features(
            document.lang,
            document.source,
            document.source_id,
            document.has_link,
            document.has_image,
            document.has_question,
        )
        if document.author_handle:
            self.fields += (f"from:{fold_handle(document.author_handle)}",)
        self.features = set(self.words)
        if self.marks:
            self.features.update([term for _, term in self.marks])
        self._joined: str | None = None
        self._places: dict[str, list[int]] = {}

    @property
    def joined(self) -> str | None:
        """The words between single spaces, for plain phrases; None where not every place would count."""
        if self._joined is None:
            self._joined = f" {' '.join(self.words)} " if len(self.words) <= COUNTED_PLACES else ""
        return self._joined or None

    def places(self, term: str) -> list[int]:
        """Where the term stands, in rising order."""
        found = self._places.get(term)
        if found is None:
            if len(self.words) > COUNTED_PLACES and not self._places:
                self._places = self._all_places()
                return self.places(term)
            places = self._word_places(term)
            if self.marks:
                places = sorted({*places, *(place for place, mark in self.marks if mark == term)})
            self._places[term] = found = places[:COUNTED_PLACES]
        return found

    def _word_places(self, term: str) -> list[int]:
        places: list[int] = []
        start = 0
        for _ in range(self.words.count(term)):
            place = self.words.index(term, start)
            places.append(place)
            start = place + 1
        return places

    def _all_places(self) -> dict[str, list[int]]:
        """A long post is gone through once, not once a term."""
        every: dict[str, list[int]] = defaultdict(list)
        for place, term in sorted([*enumerate(self.words), *self.marks]):
            if len(places := every[term]) < COUNTED_PLACES and place not in places[-1:]:
                places.append(place)
        return dict(every)

    def beginning_places(self, prefix: str) -> list[int]:
        """Where terms begin so, in rising order."""
        found = self._places.get(f"{prefix}*")
        if found is None:
            terms = [term for term in self.features if term.startswith(prefix) and term[-1] != "*"]
            every = {at for term in terms for at in self.places(term)}
            self._places[f"{prefix}*"] = found = sorted(every)
        return found

    def _term_places(self, term: str, *, is_prefix: bool) -> list[int]:
        return self.beginning_places(term) if is_prefix else self.places(term)

    def starts(self, words: Words) -> list[int]:
        """Where the word or phrase begins, in rising order."""
        last = len(words.terms) - 1
        if last == 0:
            return self._term_places(words.terms[0], is_prefix=words.is_prefix)
        common: set[int] | None = None
        for at, (term, offset) in enumerate(zip(words.terms, words.offsets, strict=True)):
            places = self._term_places(term, is_prefix=words.is_prefix and at == last)
            begins = {place - offset for place in places}
            common = begins if common is None else common & begins
            if not common:
                return []
        return sorted(common or ())

    def stretches(self, choice: tuple[Words, ...]) -> list[tuple[int, int]]:
        """First and last place of each occurrence of any of the words."""
        if len(choice) == 1 and not choice[0].width:
            return [(start, start) for start in self.starts(choice[0])]
        return sorted({(start, start + words.width) for words in choice for start in self.starts(words)})

    def has_two_near(self, one: str, other: str, distance: int) -> bool:
        """As has_near, for two words."""
        for place in self.places(one):
            for at in self.places(other):
                if 0 < abs(place - at) <= distance:
                    return True
        return False

    def has_near(self, near: Near) -> bool:
        reached = self.stretches(near.operands[0])
        for distance, operand in zip(near.distances, near.operands[1:], strict=True):
            if not reached:
                return False
            reached = neighbours(reached, self.stretches(operand), distance)
        return bool(reached)


def neighbours(
    anchors: list[tuple[int, int]], candidates: list[tuple[int, int]], distance: int
) -> list[tuple[int, int]]:
    """The candidates that end before, or start after, some anchor by at most `distance` steps."""
    starts = sorted(start for start, _ in anchors)
    ends = sorted(end for _, end in anchors)
    return [
        (start, end)
        for start, end in candidates
        if _is_any_within(ends, start - distance, start - 1)
        or _is_any_within(starts, end + 1, end + distance)
    ]


def _is_any_within(rising: list[int], low: int, high: int) -> bool:
    return bisect_left(rising, low) < bisect_right(rising, high)
