"""How long a day's complaints take: two days of posts, the second matched to the first."""

import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from oneroof.accounts.models import Department
from oneroof.core import clock
from oneroof.core.scratch import machine, scratch_database
from oneroof.insight.actions.twenty import make_day
from oneroof.insight.models import Complaint
from oneroof.insight.queries.said import span_of
from oneroof.insight.queries.twenty import twenty
from oneroof.listening.bench.sample import Language
from oneroof.listening.models import Source
from oneroof.listening.partitions import make_partitions
from oneroof.listening.store import copy_rows

COLUMNS = (
    "id", "said_at", "heard_at", "source_id", "external_id", "author_handle", "author_handle_folded",
    "author_name", "text", "url", "kind", "feeling", "is_ours", "is_to_us", "has_link", "has_image",
    "has_question", "followers", "need", "need_reasons",
)  # fmt: skip
SUBJECTS, SHARE_OF_SUBJECTS = 400, 0.5


def measure_twenty(posts: int) -> dict[str, Any]:
    """Seconds for a day of so many complaints, half of them about one of 400 subjects, half about anything."""
    with scratch_database():
        Department.objects.get_or_create(slug="care", defaults={"name": "Care"})
        source = Source.objects.create(network="files", name="Bench")
        today = clock.now().date()
        make_partitions(span_of(today - timedelta(days=back))[0] for back in (0, 1))
        taken = []
        for number, back in enumerate((1, 0)):
            day = today - timedelta(days=back)
            copy_rows("listening_post", COLUMNS, _rows(posts, number, source.pk, day))
            started = time.perf_counter()
            make_day(day)
            taken.append(time.perf_counter() - started)
        started = time.perf_counter()
        shown = twenty(today, None)
        page = time.perf_counter() - started
        return {
            "machine": machine(),
            "posts": posts,
            "first_day_seconds": round(taken[0], 1),
            "seconds": round(taken[1], 1),
            "page_ms": round(page * 1_000, 1),
            "shown": len(shown),
            "complaints": Complaint.objects.count(),
        }


def _rows(posts: int, number: int, source_id: int, day: Any) -> Iterator[tuple[object, ...]]:
    """Everyday words of the benchmarks' language, with four words of a subject in half of the posts."""
    language, chance = Language(1), Random(number)  # noqa: S311  a benchmark's posts
    common = language.commonest(6_000)
    subjects = [Random(place).sample(common[500:], 4) for place in range(SUBJECTS)]  # noqa: S311
    start, _end = span_of(day)
    for place in range(posts):
        words = [common[min(int(chance.paretovariate(0.6)) - 1, 5_999)] for _each in range(9)]
        if chance.random() < SHARE_OF_SUBJECTS:
            words += subjects[min(int(chance.paretovariate(0.8)) - 1, SUBJECTS - 1)]
        chance.shuffle(words)
        pk = number * posts + place + 1
        at = start + timedelta(seconds=86_000 * place / posts)
        yield (
            pk, at, at, source_id, f"bench-{pk}", f"a{pk % (posts // 2)}", f"a{pk % (posts // 2)}", "",
            " ".join(words), "", "post", -0.5, False, False, False, False, False, pk % 5_000, 50, "[]",
        )  # fmt: skip
