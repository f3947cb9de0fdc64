"""How many posts a second one core matches against very many watches."""

import gc
import resource
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from oneroof.core.scratch import machine
from oneroof.listening.bench.hostile import hostile_watches
from oneroof.listening.bench.sample import Language, make_posts, make_watches
from oneroof.listening.matching import Document, Matcher
from oneroof.listening.matching.reading import Reading
from oneroof.listening.matching.reference import holds_in
from oneroof.listening.watch_language import Query, parse
from oneroof.text.tokens import tokenize

SAMPLE, ONE_BY_ONE, REPEATS = 5_000, 3, 5
COMMON = 1_000


def measure_match(watches: int, posts: int, runs: int) -> dict[str, Any]:
    """Compile ``watches``, match ``posts`` in each of ``runs``: medians, and two baselines of the same run.

    ``words_only_per_second`` takes posts apart and matches nothing; ``one_by_one_per_second`` asks each watch.
    ``memory_mb`` is the whole process's at its most. ``posts_per_cpu_second`` leaves out what other
    programs took of the core.
    """
    language = Language(1)
    written = make_watches(language, watches, 2)
    sample = [post.text for post in make_posts(language, SAMPLE, 3)]
    documents = make_posts(language, posts, 4)
    started = time.perf_counter()
    matcher = Matcher(((number, parse(query)) for number, query in enumerate(written)), sample=sample)
    compiled = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gc.freeze()
    measured = [_run(matcher, documents) for _ in range(runs)]
    words_only = median(_words_only(documents) for _ in range(runs))
    return {
        "machine": machine(),
        "watches": watches,
        "posts": posts,
        "runs": runs,
        "compile_seconds": round(compiled, 1),
        "memory_mb": round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)),
        "posts_per_second": round(median(run["rate"] for run in measured)),
        "posts_per_cpu_second": round(median(run["cpu_rate"] for run in measured)),
        "p99_ms": round(median(run["p99"] for run in measured), 3),
        "slowest_ms": round(max(run["slowest"] for run in measured), 3),
        "matches_per_post": round(measured[0]["matches"], 1),
        "words_only_per_second": round(words_only),
        "one_by_one_per_second": round(_one_by_one([parse(query) for query in written], documents), 2),
        "dearest_watches": _dearest(language, documents[0]),
    }


def _run(matcher: Matcher, documents: Sequence[Document]) -> dict[str, float]:
    taken: list[int] = []
    matches = 0
    started, started_cpu = time.perf_counter(), time.process_time()
    for document in documents:
        begun = time.perf_counter_ns()
        matches += len(matcher.match(document))
        taken.append(time.perf_counter_ns() - begun)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    taken.sort()
    return {
        "rate": len(documents) / seconds,
        "cpu_rate": len(documents) / cpu_seconds,
        "p99": taken[len(taken) * 99 // 100] / 1e6,
        "slowest": taken[-1] / 1e6,
        "matches": matches / len(documents),
    }


def _words_only(documents: Sequence[Document]) -> float:
    started = time.perf_counter()
    for document in documents:
        tokenize(document.text)
    return len(documents) / (time.perf_counter() - started)


def _one_by_one(queries: Sequence[Query], documents: Sequence[Document]) -> float:
    started = time.perf_counter()
    for document in documents[:ONE_BY_ONE]:
        reading = Reading(document)
        for query in queries:
            holds_in(query.root, reading)
    return min(ONE_BY_ONE, len(documents)) / (time.perf_counter() - started)


def _dearest(language: Language, post: Document) -> dict[str, float]:
    """Milliseconds that each of the dearest watches, alone, takes for a post made of what it asks for."""
    common = language.commonest(COMMON)
    made_for_it = Document(" ".join(common[place % 40] for place in range(60)), post.author_handle)
    taken = {}
    for name, query in hostile_watches(common).items():
        matcher = Matcher([(1, parse(query))])
        matcher.match(made_for_it)
        started = time.perf_counter()
        for _ in range(REPEATS):
            matcher.match(made_for_it)
        taken[name] = round((time.perf_counter() - started) / REPEATS * 1_000, 3)
    return taken
