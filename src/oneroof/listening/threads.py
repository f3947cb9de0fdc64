"""Threads rebuilt from reply links, in whatever order the posts come: pure.

A thread's id is the id of its root's key. A post that names a parent ceases to be a root, so its thread
becomes part of its parent's. A parent that nobody has heard yet has a key all the same.
"""

from collections.abc import Iterable, Mapping


class Threads:
    """The threads that a batch touches; built from the stored keys, each with its stored thread."""

    def __init__(self, thread_of: Mapping[int, int]) -> None:
        self._stored = thread_of
        self._joined: dict[int, int] = {}

    def thread_of(self, key: int) -> int:
        """The thread in which a key is now; a key that is not stored yet begins one of its own."""
        thread = self._stored.get(key, key)
        while thread in self._joined:
            thread = self._joined[thread]
        return thread

    def join(self, child: int, parent: int) -> None:
        """Put the child's thread under the parent's. Two that reply to each other stay as they are."""
        below, above = self.thread_of(child), self.thread_of(parent)
        if below != above:
            self._joined[below] = above

    def merged(self) -> list[tuple[int, int]]:
        """Stored threads that are now part of another one, as (old, new)."""
        stored = set(self._stored.values())
        return [(old, self.thread_of(old)) for old in self._joined if old in stored]

    def threads(self, keys: Iterable[int]) -> dict[int, int]:
        return {key: self.thread_of(key) for key in keys}
