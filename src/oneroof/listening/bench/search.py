"""How soon a new watch's past catches are there, over very many stored posts."""

import sys
import time
from collections.abc import Mapping
from statistics import median
from typing import Any

from django.db import connection

from oneroof.core.scratch import machine, scratch_database
from oneroof.listening.bench.hostile import hostile_watches
from oneroof.listening.bench.sample import Language, make_posts, make_watches
from oneroof.listening.bench.stored import store_documents
from oneroof.listening.past import past_catches

DISTINCT, WATCHES, COMMON = 100_000, 60, 1_000
LONGEST_MS = 8_000
"""Of asking for one watch again and again."""


def measure_search(posts: int, runs: int) -> dict[str, Any]:
    """Ask for the past of everyday watches and of the dearest ones: medians of ``runs``, in milliseconds.

    ``posts`` are 100,000 different ones, each stored at several moments of two months. ``reading_all_ms`` is the
    baseline: one word sought by reading every text.
    """
    language = Language(1)
    distinct = min(posts, DISTINCT)
    everyday = {query: query for query in make_watches(language, WATCHES, 2)}
    with scratch_database():
        started = time.monotonic()
        stored = store_documents(make_posts(language, distinct, 3), posts // distinct)
        filled = time.monotonic() - started
        sys.stderr.write(f"{stored:,} posts stored in {filled:.0f} s\n")
        usual = _measured(everyday, runs)
        dearest = _measured(hostile_watches(language.commonest(COMMON)), runs)
        baseline = _reading_all(language.commonest(1)[0])
    worst = max(dearest, key=lambda name: dearest[name])
    return {
        "machine": machine(),
        "posts": stored,
        "runs": runs,
        "fill_seconds": round(filled, 1),
        "median_ms": round(median(usual.values()), 1),
        "slowest_everyday_ms": round(max(usual.values()), 1),
        "worst_ms": round(max(dearest[worst], *usual.values()), 1),
        "worst": worst,
        "dearest_watches": {name: round(taken, 1) for name, taken in dearest.items()},
        "reading_all_ms": round(baseline, 1),
    }


def _measured(queries: Mapping[str, str], runs: int) -> dict[str, float]:
    measured = {name: median(_asked_again(query, runs)) for name, query in queries.items()}
    for name, taken in sorted(measured.items(), key=lambda each: -each[1])[:5]:
        sys.stderr.write(f"{taken:8.1f} ms  {name[:90]}\n")
    return measured


def _asked_again(query: str, runs: int) -> list[float]:
    """Fewer than ``runs`` times where that would take long: the dearest are measured, not waited for."""
    taken = [_asked(query)]
    while len(taken) < runs and sum(taken) < LONGEST_MS:
        taken.append(_asked(query))
    return taken


def _asked(query: str) -> float:
    started = time.perf_counter()
    past_catches(query)
    return (time.perf_counter() - started) * 1_000


def _reading_all(word: str) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM listening_post WHERE text ILIKE %s", [f"%{word}%"])
    return (time.perf_counter() - started) * 1_000
