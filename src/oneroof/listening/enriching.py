"""Many posts are enriched by several processes at once, in the order in which they were read."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import batched

from oneroof.listening.enrich import Enriched, Place, enrich
from oneroof.listening.enrichers import Enrichers, Task, compiled
from oneroof.listening.sources.base import RawPost

BATCH = 1_000
AHEAD = 3  # batches that wait for each process


def enrich_many(
    posts: Iterable[RawPost], place: Place, watches: Mapping[int, str]
) -> Iterator[Sequence[Enriched]]:
    """Batches of enriched posts. Few are enriched here: starting processes takes longer than they do."""
    batches = batched(posts, BATCH, strict=False)
    first = next(batches, ())
    second = next(batches, ())
    if not second:
        yield enrich(first, place, compiled(watches))
        return
    task = Task(place, dict(watches), [raw.text for raw in first])
    yield from _enrich_there(_chained(first, second, batches), task)


def _chained[T](first: T, second: T, rest: Iterable[T]) -> Iterator[T]:
    yield first
    yield second
    yield from rest


def _enrich_there(batches: Iterator[Sequence[RawPost]], task: Task) -> Iterator[Sequence[Enriched]]:
    processes = os.process_cpu_count() or 1
    waiting: deque[Future[Sequence[Enriched]]] = deque()
    with Enrichers(task, processes) as enrichers:
        for batch in batches:
            waiting.append(enrichers.submit(batch))
            if len(waiting) >= processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
