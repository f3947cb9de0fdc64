"""The beginnings of words that watches ask for."""

from collections import Counter
from collections.abc import Iterable
from sys import intern


class Prefixes:
    """`charg*` is the feature of a post in which some term begins so."""

    def __init__(self) -> None:
        self._uses: Counter[str] = Counter()
        self._lengths: Counter[int] = Counter()

    def register(self, prefixes: Iterable[str]) -> bool:
        """Whether a beginning is asked for that was not before."""
        is_new = False
        for prefix in prefixes:
            self._uses[prefix] += 1
            if self._uses[prefix] == 1:
                self._lengths[len(prefix) - 1] += 1
                is_new = True
        return is_new

    def unregister(self, prefixes: Iterable[str]) -> bool:
        """Whether a beginning is no longer asked for."""
        is_gone = False
        for prefix in prefixes:
            self._uses[prefix] -= 1
            if not self._uses[prefix]:
                del self._uses[prefix]
                self._drop_length(len(prefix) - 1)
                is_gone = True
        return is_gone

    def _drop_length(self, length: int) -> None:
        self._lengths[length] -= 1
        if not self._lengths[length]:
            del self._lengths[length]

    def of_term(self, term: str) -> tuple[str, ...]:
        """The asked-for beginnings of a word or a mark."""
        size, uses = len(term), self._uses
        asked = [f"{term[:length]}*" for length in self._lengths if length <= size]
        return tuple([intern(prefix) for prefix in asked if prefix in uses])
