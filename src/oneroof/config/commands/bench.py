"""``oneroof bench pages``, ``oneroof bench community`` and ``oneroof bench all``."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from oneroof.config.bringing_bench import bringing_as_table, measure_bringing
from oneroof.config.community_bench import community_as_table, measure_community
from oneroof.config.pages_bench import measure_pages, pages_as_table
from oneroof.config.timeline_bench import measure_timeline
from oneroof.core.verbs import Result, Verbs

MOST_SECONDS = 900
"""Of one benchmark; at full size and with nothing beside it each takes less than five minutes."""
SMALL = {
    "match": ("--watches", "2000", "--posts", "500", "--runs", "1"),
    "ingest": ("--watches", "200", "--posts", "2500", "--runs", "1"),
    "search": ("--posts", "3000", "--runs", "1"),
    "inbox": ("--posts", "2000", "--conversations", "200", "--runs", "1"),
    "stream": ("--rate", "200", "--seconds", "3", "--watches", "200"),
    "poll": ("--sources", "8", "--seconds", "6"),
    "timeline": ("--entries", "500", "--runs", "1"),
    "dashboards": ("--posts", "3000", "--runs", "1"),
    "twenty": ("--posts", "2000"),
    "pages": ("--posts", "2000", "--conversations", "200", "--seconds", "0.5", "--arrivals", "2"),
    "community": ("--questions", "300", "--seconds", "0.5"),
    "bring": ("--posts", "500"),
}


def add(verbs: Verbs) -> None:
    bench = verbs.group("bench", "Figures of speed: match, ingest, inbox, timeline, pages.")
    pages = bench.add(
        "pages",
        run,
        "The main pages over HTTP, and a post's way from the webhook into an open inbox.",
        show=pages_as_table,
    )
    pages.add_argument("--posts", type=int, default=300_000)
    pages.add_argument("--conversations", type=int, default=100_000)
    pages.add_argument("--seconds", type=float, default=5.0, help="of asking for each page")
    pages.add_argument("--arrivals", type=int, default=20, help="posts pushed, one after the other")
    long_life = bench.add(
        "timeline", run_timeline, "The timeline of somebody with thousands of entries, page by page."
    )
    long_life.add_argument("--entries", type=int, default=10_000, help="of that one person")
    long_life.add_argument("--runs", type=int, default=5)
    community = bench.add(
        "community",
        run_community,
        "Search, and a question's page with forty answers, among very many questions.",
        show=community_as_table,
    )
    community.add_argument("--questions", type=int, default=100_000)
    community.add_argument("--seconds", type=float, default=5.0, help="of asking for the page")
    bring = bench.add(
        "bring", run_bringing, "A whole community brought along, from a dump.", show=bringing_as_table
    )
    bring.add_argument("--posts", type=int, default=100_000)
    every = bench.add("all", run_all, "All of them, one after the other.", show=_as_json, database=False)
    every.add_argument("--small", action="store_true", help="a few seconds each: to see that they run")


def run(arguments: Namespace) -> Result:
    return measure_pages(arguments.posts, arguments.conversations, arguments.seconds, arguments.arrivals)


def run_timeline(arguments: Namespace) -> Result:
    return measure_timeline(arguments.entries, arguments.runs)


def run_community(arguments: Namespace) -> Result:
    return measure_community(arguments.questions, arguments.seconds)


def run_bringing(arguments: Namespace) -> Result:
    return measure_bringing(arguments.posts)


def run_all(arguments: Namespace) -> Result:
    """Each in a process of its own, so that none inherits another's memory; one that fails stops no other."""
    told = {name: _measured(name, sizes if arguments.small else ()) for name, sizes in SMALL.items()}
    return {"ok": not any("failed" in figures for figures in told.values()), **told}


def _measured(name: str, sizes: Sequence[str]) -> dict[str, Any]:
    sys.stderr.write(f"oneroof bench {name}\n")
    words = [sys.executable, "-m", "oneroof.config.cli", "bench", name, "--json", *sizes]
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=MOST_SECONDS, env=os.environ, check=True)
    except subprocess.TimeoutExpired:
        return {"failed": f"took more than {MOST_SECONDS} seconds"}
    except subprocess.CalledProcessError as failure:
        return {"failed": f"ended with status {failure.returncode}"}
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _as_json(result: Result) -> str:
    return json.dumps(result, indent=2, ensure_ascii=False)
