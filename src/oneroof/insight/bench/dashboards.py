"""How soon the slices answer, over very many posts: all of them, one side chosen, two sides chosen."""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from oneroof.core import clock
from oneroof.core.scratch import machine, scratch_database
from oneroof.insight.models import Product, Reason, Side
from oneroof.insight.queries.drivers import drivers
from oneroof.insight.queries.slices import slices
from oneroof.insight.tallying import ALL_SIDES, MIXTURES, recount, recount_mixtures
from oneroof.listening.models import Source
from oneroof.listening.store import copy_rows

DAYS, SOURCES, REASONS, PRODUCTS = 365, 20, 40, 12
LANGUAGES = ("en", "en", "en", "en", "es", "de", "fr", "ja", "")
COLUMNS = ("post_id", "said_at", "source_id", "reason_id", "reason_by", "lang", "feeling", "product_id")
AT_A_TIME, REPORTED = 10_000, 100_000


def measure_dashboards(posts: int, runs: int) -> dict[str, Any]:
    """Milliseconds at p50 and p95 over a year, whole and narrowed; ``recounted``: the tallies are exact."""
    with scratch_database():
        started = time.perf_counter()
        _fill(posts)
        filled = time.perf_counter() - started
        end = clock.now().astimezone(UTC).date() + timedelta(days=1)
        asked = list(_asked())
        measured = {
            name: _percentiles([_timed(end, chosen) for _run in range(runs) for chosen in choices])
            for name, choices in asked
        }
        measured["drivers"] = _percentiles([_driven() for _run in range(runs)])
        return {
            "machine": machine(),
            "posts": posts,
            "fill_seconds": round(filled, 1),
            "posts_placed_per_second": round(posts / filled),
            **measured,
            "recounted": _is_exact() if posts <= 1_000_000 else None,
        }


def _fill(posts: int) -> None:
    """In the order in which they are said, as they come."""
    sources = [Source.objects.create(network="files", name=f"Source {n}").pk for n in range(SOURCES)]
    reasons = [Reason.objects.create(name=f"Reason {n}").pk for n in range(REASONS)]
    products = [
        Product.objects.create(name=f"Product {n}", words=[f"Product {n}"]).pk for n in range(PRODUCTS)
    ]
    chance, year = Random(1), timedelta(days=DAYS)  # noqa: S311  a benchmark's posts
    start = clock.now() - year
    for first in range(0, posts, AT_A_TIME):
        size = min(AT_A_TIME, posts - first)
        moments = [start + year * (place / posts) for place in range(first, first + size)]
        copy_rows("insight_placedpost", COLUMNS, _rows(chance, first, moments, (sources, reasons, products)))
        if (first + size) % REPORTED == 0:
            sys.stderr.write(f"{first + size:,} posts\n")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE insight_placedpost")
        for kept in ("insight_tally", *MIXTURES.values()):
            cursor.execute(f"VACUUM ANALYZE {kept}")


def _rows(
    chance: Random, first: int, moments: Sequence[datetime], known: Any
) -> Iterator[tuple[object, ...]]:
    sources, reasons, products = known
    for number, said_at in enumerate(moments, first + 1):
        reason = (
            reasons[min(int(chance.paretovariate(0.7)) - 1, REASONS - 1)] if chance.random() < 0.6 else None
        )
        product = (
            products[min(int(chance.paretovariate(0.7)) - 1, PRODUCTS - 1)] if chance.random() < 0.3 else None
        )
        yield (
            number, said_at,
            sources[min(int(chance.paretovariate(0.7)) - 1, SOURCES - 1)], reason, "learnt" if reason else "",
            chance.choice(LANGUAGES), chance.choice((-1, -1, 0, 1, None)), product,
        )  # fmt: skip


def _asked() -> Iterator[tuple[str, list[dict[Side, str]]]]:
    source, reason, product = (
        str(model.objects.order_by("pk").values_list("pk", flat=True)[0])
        for model in (Source, Reason, Product)
    )
    yield "whole", [{}]
    yield "one_side", [
        {Side.PLACE: f"source {source}"}, {Side.REASON: reason}, {Side.PRODUCT: product}, {Side.FEELING: "-1"},
        {Side.LANGUAGE: "en"}, {Side.DEPARTMENT: ""},
    ]  # fmt: skip
    yield (
        "two_sides",
        [
            {Side.LANGUAGE: "en", Side.FEELING: "-1"},
            {Side.PLACE: f"source {source}", Side.REASON: reason},
        ],
    )
    yield "three_sides", [{Side.LANGUAGE: "en", Side.FEELING: "-1", Side.PLACE: f"source {source}"}]  # fmt: skip


def _timed(end: Any, chosen: dict[Side, str]) -> float:
    started = time.perf_counter()
    slices(end - timedelta(days=DAYS), end, chosen)
    return (time.perf_counter() - started) * 1_000


def _driven() -> float:
    started = time.perf_counter()
    drivers(clock.now() - timedelta(days=30))
    return (time.perf_counter() - started) * 1_000


def _percentiles(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)], 1),
    }


def _is_exact() -> bool:
    """Nothing in one of them that the other does not have."""
    tallies = "side_a, value_a, side_b, value_b, day, posts, contacts FROM insight_tally"
    return _is_all_in(recount(), tallies) and all(
        _is_all_in(recount_mixtures(unit), f"{ALL_SIDES}, posts, contacts FROM {table}")
        for unit, table in MIXTURES.items()
    )


def _is_all_in(recounted: str, kept: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (({recounted}) EXCEPT (SELECT {kept})) AS other")
        return bool(cursor.fetchone()[0] == 0)
