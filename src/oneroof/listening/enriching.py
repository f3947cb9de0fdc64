"""Many posts are enriched by several processes at once, in the order in which they were read."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import batched

from oneroof.core.lifeline import die_with_parent
from oneroof.listening.enrich import Enriched, Place, enrich
from oneroof.listening.matching import Matcher
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import parse

BATCH = 1_000
AHEAD = 3  # batches that wait for each process

_matcher = Matcher()


def enrich_many(
    posts: Iterable[RawPost], place: Place, watches: Mapping[int, str]
) -> Iterator[Sequence[Enriched]]:
    """Batches of enriched posts. Few are enriched here: starting processes takes longer than they do."""
    batches = batched(posts, BATCH, strict=False)
    first = next(batches, ())
    second = next(batches, ())
    if not second:
        yield _enrich_here(first, place, watches)
        return
    sample = [raw.text for raw in first]
    yield from _enrich_there(_chained(first, second, batches), place, watches, sample)


def _chained[T](first: T, second: T, rest: Iterable[T]) -> Iterator[T]:
    yield first
    yield second
    yield from rest


def _enrich_here(posts: Sequence[RawPost], place: Place, watches: Mapping[int, str]) -> Sequence[Enriched]:
    matcher = _compiled(watches, ())
    return enrich(posts, place, matcher)


def _enrich_there(
    batches: Iterator[Sequence[RawPost]], place: Place, watches: Mapping[int, str], sample: Sequence[str]
) -> Iterator[Sequence[Enriched]]:
    processes = os.process_cpu_count() or 1
    waiting: deque[Future[Sequence[Enriched]]] = deque()
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _begin, (dict(watches), sample, os.getpid())
    ) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(_enrich_batch, batch, place))
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(watches: Mapping[int, str], sample: Sequence[str], parent: int) -> None:
    die_with_parent(parent)
    global _matcher  # noqa: PLW0603 - what this process was started with
    _matcher = _compiled(watches, sample)
    gc.freeze()


def _enrich_batch(batch: Sequence[RawPost], place: Place) -> Sequence[Enriched]:
    return enrich(batch, place, _matcher)


def _compiled(watches: Mapping[int, str], sample: Sequence[str]) -> Matcher:
    return Matcher(((watch_id, parse(query)) for watch_id, query in watches.items()), sample=sample)
