"""From a post's terms to the clauses that it may satisfy."""

from itertools import chain, pairwise
from typing import Final, NamedTuple

from oneroof.listening.matching.anchors import Key, Pair
from oneroof.listening.matching.clauses import Bucket, Clause
from oneroof.listening.matching.prefixes import Prefixes
from oneroof.listening.matching.reading import Reading

_REMEMBERED_TERMS: Final = 200_000

type _Table = dict[str, Bucket]


class _Posting(NamedTuple):
    """All that the index has to say to one term, so that a post's term is looked up once."""

    beginnings: tuple[str, ...]
    watches: tuple[int, ...]
    """Those that ask for nothing but the term."""
    clauses: tuple[Clause, ...]
    """Those of which no other term is known that they need."""
    partners: _Table
    """The others, by what else they need one of: without it they are not looked at."""


class Index(dict[str, _Posting | None]):
    """As a dictionary it remembers the postings of terms, and that most terms have none."""

    def __init__(self) -> None:
        super().__init__()
        self._prefixes = Prefixes()
        self._by_feature: _Table = {}
        self._by_neighbours: dict[tuple[str, str], Bucket] = {}
        self._by_pair: dict[str, _Table] = {}

    def add(self, clause: Clause) -> None:
        if self._prefixes.register(clause.prefixes()):
            self.clear()
        for key in clause.keys:
            self._forget(key)
            if isinstance(key, str):
                self._by_feature.setdefault(key, []).append(clause)
            elif isinstance(key, Pair):
                self._by_pair.setdefault(key.first, {}).setdefault(key.second, []).append(clause)
            else:
                self._by_neighbours.setdefault(key, []).append(clause)

    def discard(self, clause: Clause) -> None:
        if self._prefixes.unregister(clause.prefixes()):
            self.clear()
        for key in clause.keys:
            self._forget(key)
            if isinstance(key, str):
                _discard(clause, self._by_feature, key)
            elif isinstance(key, Pair):
                seconds = self._by_pair[key.first]
                _discard(clause, seconds, key.second)
                if not seconds:
                    del self._by_pair[key.first]
            else:
                _discard(clause, self._by_neighbours, key)

    def forget(self, clause: Clause) -> None:
        """To be called where the clause has other watches than before."""
        for key in clause.keys:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        """What is remembered of the terms that bring up the key."""
        first = key if isinstance(key, str) else key[0]
        if first[-1] == "*":
            self.clear()
        else:
            self.pop(first, None)

    def candidates(self, reading: Reading) -> tuple[set[int], set[Clause]]:
        """The watches that match for sure, and the clauses that may.

        Adds to the reading's features the asked-for beginnings of its terms, and its fields.
        """
        matched: set[int] = set()
        found: set[Clause] = set()
        partners: list[_Table] = []
        if postings := list(filter(None, map(self.__getitem__, reading.features))):
            beginnings, watches, clauses, tables = zip(*postings, strict=True)
            reading.features.update(*beginnings)
            matched.update(*watches)
            found.update(*clauses)
            partners += filter(None, tables)
        by_neighbours = self._by_neighbours
        for neighbours in by_neighbours.keys() & pairwise(reading.words):
            found.update(by_neighbours[neighbours])
        reading.features.update(reading.fields)
        self._add_fields(reading, found, partners)
        self._add_pairs(reading, found, partners)
        return matched, found

    def _add_fields(self, reading: Reading, found: set[Clause], partners: list[_Table]) -> None:
        """They are not remembered: many occur only once."""
        for field in self._by_feature.keys() & reading.fields:
            found.update(self._by_feature[field])
        partners += [self._by_pair[field] for field in self._by_pair.keys() & reading.fields]

    def _add_pairs(self, reading: Reading, found: set[Clause], partners: list[_Table]) -> None:
        features = reading.features
        for table in partners:
            if not table.keys().isdisjoint(features):
                for feature in table.keys() & features:
                    found.update(table[feature])

    def __missing__(self, term: str) -> _Posting | None:
        posting = self._posting(term)
        if len(self) >= _REMEMBERED_TERMS:
            self.clear()
        self[term] = posting
        return posting

    def _posting(self, term: str) -> _Posting | None:
        beginnings = self._prefixes.of_term(term)
        if not beginnings and term not in self._by_feature and term not in self._by_pair:
            return None  # as for most terms
        features = (term, *beginnings)
        buckets = [self._by_feature[feature] for feature in features if feature in self._by_feature]
        brought_up = list(chain.from_iterable(buckets))
        watches = tuple(chain.from_iterable(clause.watches for clause in brought_up if clause.is_sure))
        clauses = tuple(clause for clause in brought_up if not clause.is_sure and not clause.seconds)
        partners = self._partners(features, brought_up)
        return _Posting(beginnings, watches, clauses, partners)

    def _partners(self, features: tuple[str, ...], brought_up: list[Clause]) -> _Table:
        partners: _Table = {}
        for clause in brought_up:
            for second in clause.seconds:
                partners.setdefault(second, []).append(clause)
        for feature in features:
            for second, bucket in self._by_pair.get(feature, {}).items():
                partners.setdefault(second, []).extend(bucket)
        return partners


def _discard[K](clause: Clause, table: dict[K, Bucket], key: K) -> None:
    bucket = table[key]
    bucket.remove(clause)
    if not bucket:
        del table[key]
