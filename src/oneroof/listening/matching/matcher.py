"""All watches against one post at a time.

Each alternative of a watch is a clause. A post makes candidates of the clauses whose anchors it has, and only
those are verified; clauses that several watches share are verified once.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from oneroof.listening.matching.anchors import choose_anchors
from oneroof.listening.matching.clauses import Clause
from oneroof.listening.matching.compiled import clause_nodes, compile_conjunction
from oneroof.listening.matching.document import Document
from oneroof.listening.matching.index import Index
from oneroof.listening.matching.reading import Reading
from oneroof.listening.matching.shares import Shares
from oneroof.listening.watch_language import Query, unparse
from oneroof.listening.watch_language.nodes import Node
from oneroof.text.tokens import Tokens


class Matcher:
    """Not for several threads at once. `sample` are texts like those to come; they only make it faster.

    After a bulk build in a process that goes on for long, call ``gc.freeze()``: else the collector will go
    through all watches, half a second for 100,000, in the middle of some post.
    """

    def __init__(self, watches: Iterable[tuple[int, Query]] = (), *, sample: Iterable[str] = ()) -> None:
        self._shares = Shares(sample)
        self._index = Index()
        self._clauses: dict[str, Clause] = {}
        self._clauses_of: dict[int, tuple[Clause, ...]] = {}
        with _collection_paused():
            for watch_id, query in watches:
                self.put(watch_id, query)

    def __len__(self) -> int:
        return len(self._clauses_of)

    def __contains__(self, watch_id: int) -> bool:
        return watch_id in self._clauses_of

    def put(self, watch_id: int, query: Query) -> None:
        """From the next post on the watch means `query`, whatever it meant before."""
        self.remove(watch_id)
        meanings = {unparse(node): node for node in clause_nodes(query.root)}
        clauses = tuple(self._clause(meaning, node) for meaning, node in meanings.items())
        for clause in clauses:
            clause.watches += (watch_id,)
            self._index.forget(clause)
        self._clauses_of[watch_id] = clauses

    def remove(self, watch_id: int) -> None:
        """Does nothing where the watch is not there."""
        for clause in self._clauses_of.pop(watch_id, ()):
            clause.watches = tuple(other for other in clause.watches if other != watch_id)
            self._index.forget(clause)
            if not clause.watches:
                del self._clauses[clause.meaning]
                self._index.discard(clause)

    def match(self, document: Document, tokens: Tokens | None = None) -> set[int]:
        """The ids of the watches that the post satisfies. `tokens` are the text's, where one has them."""
        reading = Reading(document, tokens)
        matched, candidates = self._index.candidates(reading)
        has_all, has_none = reading.features.issuperset, reading.features.isdisjoint
        for clause in candidates:
            if not has_all(clause.need) or not has_none(clause.ban):
                continue
            for check in clause.checks:
                if not check.holds(reading):
                    break
            else:
                matched.update(clause.watches)
        return matched

    def _clause(self, meaning: str, node: Node) -> Clause:
        clause = self._clauses.get(meaning)
        if clause is None:
            conjunction = compile_conjunction(node)
            anchors = choose_anchors(conjunction, self._shares)
            if anchors is None:
                raise ValueError(f"nothing anchors {meaning!r}: it does not come from parse()")
            clause = self._clauses[meaning] = Clause(meaning, conjunction, anchors.keys)
            self._index.add(clause)
        return clause


@contextmanager
def _collection_paused() -> Iterator[None]:
    """A bulk build makes millions of objects and no garbage; the collector would visit them over and over."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
