"""How many posts a second a file is imported at, everything included."""

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core import clock
from oneroof.core.scratch import machine, scratch_database
from oneroof.listening.actions.import_file import import_posts
from oneroof.listening.bench.sample import Language, make_posts, make_watches
from oneroof.listening.matching import Document
from oneroof.listening.models import Watch
from oneroof.listening.store import copy_rows
from oneroof.listening.words_vector import words_vector

DAYS = 30
ENGLISH = (
    *(
        "the",
        "and",
        "is",
        "it",
        "not",
        "this",
        "my",
        "a",
        "to",
        "was",
        "i",
        "you",
        "for",
        "of",
        "have",
        "with",
    ),
    *("but", "so", "they", "be", "on", "very", "really", "never", "again", "please", "help", "thanks", "why"),
    *("how", "when", "order", "delivery", "broken", "terrible", "love", "great", "awful", "good", "bad"),
    *("happy", "disappointed", "refund", "wait", "still", "works", "stopped", "since", "service", "answer"),
)


def measure_ingest(posts: int, watches: int, runs: int) -> dict[str, Any]:
    """Import files of ``posts`` new posts each, against ``watches``: medians of ``runs``.

    Half of the posts are English, so that their feeling is judged; a third answer another post. All runs go into
    one database, which grows. ``bare_copy_per_second`` is the baseline: id, text and words into a table with a
    full-text index, by COPY.
    """
    language = Language(1)
    with scratch_database(), TemporaryDirectory() as folder:
        store_watches(make_watches(language, watches, 2))
        measured = []
        for run in range(runs):
            documents = make_posts(language, posts, 100 + run)
            path = Path(folder) / f"run {run}.jsonl"
            _write(path, documents, random.Random(run))  # noqa: S311 - made-up text, not a secret
            measured.append(_run(path, documents))
    return {
        "machine": machine(),
        "posts": posts,
        "watches": watches,
        "runs": runs,
        "posts_per_second": round(median(run["rate"] for run in measured)),
        "slowest_run_per_second": round(min(run["rate"] for run in measured)),
        "matched": sum(run["matched"] for run in measured),
        "bare_copy_per_second": round(median(run["bare"] for run in measured)),
    }


def _run(path: Path, documents: Sequence[Document]) -> dict[str, float]:
    started = time.perf_counter()
    imported = import_posts([path], format="jsonl")
    rate = imported.stored / (time.perf_counter() - started)
    sys.stderr.write(f"{path.stem}: {imported.stored:,} stored, {rate:,.0f} a second\n")
    return {"rate": rate, "matched": imported.matched, "bare": _bare_copy(documents)}


def store_watches(queries: Sequence[str]) -> None:
    owner = User.objects.create_user("bench@bench.example", role=Role.LEAD)
    Watch.objects.bulk_create(
        Watch(name=f"watch {number}", query=query, owner=owner, version=number)
        for number, query in enumerate(queries, 1)
    )


def _write(path: Path, documents: Sequence[Document], rng: random.Random) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(documents, rng):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(documents: Sequence[Document], rng: random.Random) -> Iterator[dict[str, Any]]:
    start, step = clock.ago(days=DAYS), timedelta(days=DAYS) / len(documents)
    for number, document in enumerate(documents):
        yield {
            "external_id": str(number),
            "author_handle": document.author_handle,
            "text": _in_english(document.text, rng) if number % 2 else document.text,
            "created_at": (start + step * number).isoformat(),
            "parent_id": str(rng.randrange(max(0, number - 500), number))
            if number and number % 3 == 0
            else None,
            "followers": document.followers,
            "reposts": document.reposts,
        }


def _in_english(text: str, rng: random.Random) -> str:
    """Two words in three are plain English; the others stay, for the watches."""
    words = text.split() if " " in text else [text[:20]] * 12
    return " ".join(word if rng.random() < 0.34 else rng.choice(ENGLISH) for word in words)


def _bare_copy(documents: Sequence[Document]) -> float:
    rows = [(number, post.text, words_vector(post.text)) for number, post in enumerate(documents)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigint PRIMARY KEY, text text, words tsvector)")
        cursor.execute("CREATE INDEX ON bench_bare USING gin (words)")
        started = time.perf_counter()
        copy_rows("bench_bare", ("id", "text", "words"), rows)
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_bare")
    return len(rows) / taken
