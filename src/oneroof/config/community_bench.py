"""The community under a full house: search, and a question's page, in a database of their own.

The questions are drawn from a list of words, a few of them in nearly every text and most of them rare; their
vectors are those of sixty texts with noise. So each index is as large and as deep as with real ones,
but how well search finds is not measured here: ``python -m oneroof.community.quality find`` does that.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import batched
from statistics import median
from typing import Any

import numpy as np
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from pgvector.psycopg import register_vector

from oneroof.accounts.models import User
from oneroof.care.bench import PLAIN_STORAGES
from oneroof.care.rules.figures import percentile
from oneroof.community.models import Entry, Group, Kind, Member, Passage, Status
from oneroof.community.quality.sets import abroad
from oneroof.community.queries.finding import find
from oneroof.config.pages_bench import page_figures, site_with
from oneroof.config.static import collect_static_files
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.scratch import machine, scratch_database
from oneroof.text import embeddings

ANSWERS, COMMENTS, MEMBERS = 40, 20, 30
REPEATS, AT_ONCE = 60, 5_000
WORDS, COMMONEST = 20_000, 4.0
"""How many words there are, and how steeply the common ones go before the rare ones."""
NOISE = 0.05
"""Added to each of a unit vector's 384 numbers: two made from one text then have a cosine of about .5."""
DEAR = {"entry_title_trigrams", "passage_words", "passage_meaning"}
STAGED = "CREATE TEMPORARY TABLE staged (n bigint PRIMARY KEY, embedding vector(384))"
PASSAGES = """
INSERT INTO community_passage (entry_id, ordinal, lang, text, words, embedding)
SELECT entry.id, 0, 'en', entry.body, setweight(to_tsvector('english', entry.title), 'A')
    || setweight(to_tsvector('english', entry.body), 'C'), staged.embedding
FROM staged JOIN community_entry AS entry ON entry.external_source = 'bench' AND entry.external_id = staged.n::text
"""


def measure_community(questions: int, seconds: float) -> dict[str, Any]:
    """How long search takes for sixty texts, each asked once; and a question's page with forty answers."""
    collect_static_files()
    with scratch_database():
        started = time.monotonic()
        reader, page = fill(questions)
        filled = time.monotonic() - started
        whole, reading = [_took(_find, text) for text in _texts()], [_took(_read, text) for text in _texts()]
        with override_settings(STORAGES=PLAIN_STORAGES):
            rendered = {"signed out": _rendered(page), "signed in": _rendered(page, reader)}
        with site_with(reader) as site:
            over_http = {
                "signed out": page_figures(replace(site, cookie=""), page, seconds),
                "signed in": page_figures(site, page, seconds),
            }
    return {
        "machine": machine(),
        "questions": questions,
        "fill_seconds": round(filled, 1),
        "find": _spread(whole),
        "of_which_the_model_reads": _spread(reading),
        "page_in_the_server": rendered,
        "page_over_http": over_http,
    }


def community_as_table(result: Any) -> str:
    """A line a figure."""
    lines = [f"{result['questions']:,} questions; filled in {result['fill_seconds']} s"]
    for name in ("find", "of_which_the_model_reads"):
        figures = result[name]
        lines.append(f"{name:26} median {figures['median_ms']} ms, p95 {figures['p95_ms']} ms")
    for who, figures in result["page_in_the_server"].items():
        lines.append(f"page, {who:20} median {figures['median_ms']} ms, {figures['queries']} queries")
    for who, by_concurrency in result["page_over_http"].items():
        for people, figures in by_concurrency.items():
            lines.append(
                f"page, {who}, {people} at once: {figures['per_second']:,}/s, p99 {figures['p99_ms']} ms"
            )
    return "\n".join(lines)


def fill(questions: int) -> tuple[User, str]:
    """A member, and the address of a question with forty answers among the others."""
    room = Group.objects.create(slug="bench", name="Bench")
    drawn = random.Random(7)  # noqa: S311  the same house each time
    with connection.cursor() as cursor:
        cursor.execute(STAGED)
        _without_indexes(lambda: _fill(room, questions, drawn))
        page = _answered(room, drawn)
        cursor.execute("VACUUM ANALYZE")
    return User.objects.create_user("reader@bench.example"), page.get_absolute_url()


def _without_indexes(act: Callable[[], None]) -> None:
    """The dear ones are built once over all rows: row by row takes very much longer."""
    dear = [(each, index) for each in (Entry, Passage) for index in each._meta.indexes if index.name in DEAR]
    with connection.schema_editor(atomic=False) as editor:
        for model, index in dear:
            editor.remove_index(model, index)
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '4GB'")
    for model, index in dear:
        started = time.monotonic()
        with connection.schema_editor(atomic=False) as editor:
            editor.add_index(model, index)
        sys.stderr.write(f"{index.name}: {time.monotonic() - started:.0f} s\n")


def _fill(room: Group, questions: int, drawn: random.Random) -> None:
    now = clock.now()
    for numbers in batched(range(questions), AT_ONCE, strict=False):
        Entry.objects.bulk_create([_question(room, n, now - timedelta(minutes=n), drawn) for n in numbers])
    with connection.cursor() as cursor:
        register_vector(cursor.connection)  # for cursors that are opened after it
    with connection.cursor() as cursor:
        with cursor.copy("COPY staged (n, embedding) FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "vector"])
            for n, vector in enumerate(_vectors(questions)):
                copy.write_row((n, vector))
        cursor.execute(PASSAGES)
        sys.stderr.write(f"passages: {cursor.rowcount:,}\n")


def _question(room: Group, n: int, moment: Any, drawn: random.Random) -> Entry:
    said = {"title": _words(drawn, 8), "body": _words(drawn, 40), "lang": "en"}
    told = {"external_source": "bench", "external_id": str(n), "created_at": moment, "active_at": moment}
    return Entry(kind=Kind.QUESTION, group=room, status=Status.OPEN, **said, **told)


def _answered(room: Group, drawn: random.Random) -> Entry:
    """As such pages are: signed answers with a list and some signs of Markdown, half of them with a comment."""
    who = Member.objects.bulk_create([Member(name=f"Member {n}") for n in range(MEMBERS)])
    page = _question(room, -1, clock.now(), drawn)
    page.answers, page.author = ANSWERS, who[0]
    page.save()
    below = {"group": room, "root": page, "lang": "en"}
    answers = [
        Entry(kind=Kind.ANSWER, score=n, body=_markdown(drawn), parent=page, author=who[n % MEMBERS], **below)
        for n in range(ANSWERS)
    ]
    Entry.objects.bulk_create(answers)
    Entry.objects.bulk_create(
        Entry(kind=Kind.COMMENT, body=_words(drawn, 12), parent=answers[n], author=who[-1], **below)
        for n in range(COMMENTS)
    )
    return page


def _markdown(drawn: random.Random) -> str:
    return f"{_words(drawn, 30)}\n\n1. **{_words(drawn, 3)}**\n2. `{_words(drawn, 2)}`\n\n{_words(drawn, 30)}"


def _words(drawn: random.Random, number: int) -> str:
    known = _vocabulary()
    return " ".join(known[int(WORDS * drawn.random() ** COMMONEST)] for _place in range(number))


@cache
def _vocabulary() -> Sequence[str]:
    """Of two to four syllables, so that they have no more trigrams in common than words have."""
    made = random.Random(5)  # noqa: S311
    syllables = [
        first + second for first in "bcdfghjklmnprstvwz" for second in ("a", "e", "i", "o", "u", "ar", "en")
    ]
    return ["".join(made.choices(syllables, k=made.randint(2, 4))) for _word in range(WORDS)]


def _vectors(number: int) -> Iterator[Any]:
    noise = np.random.default_rng(7)
    centres = (
        embeddings.embed_passages(_texts()) if embeddings.is_available() else noise.normal(size=(60, 384))
    )
    for numbers in batched(range(number), AT_ONCE, strict=False):
        made = centres[[n % len(centres) for n in numbers]] + noise.normal(size=(len(numbers), 384)) * NOISE
        yield from (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _texts() -> list[str]:
    """As people ask, of four to twenty words, with some words of the house in them."""
    pages, asked = abroad()
    said = [*(each.text for each in asked), *(page.title for page in pages)]
    drawn = random.Random(9)  # noqa: S311
    return [f"{text} {_words(drawn, 2)}" for text in said]


def _find(text: str) -> None:
    find(text, reader=None)


def _read(text: str) -> None:
    if embeddings.is_available():
        embeddings.embed_queries([text])


def _took(act: Callable[[str], None], text: str) -> float:
    started = time.perf_counter()
    act(text)
    return (time.perf_counter() - started) * 1_000


def _spread(taken: Sequence[float]) -> dict[str, float]:
    rising = sorted(taken)
    return {"median_ms": round(median(rising), 1), "p95_ms": round(percentile(rising, 95), 1)}


def _rendered(address: str, reader: User | None = None) -> dict[str, float]:
    """Through Django's client: the whole way of a request but the socket."""
    client = Client(SERVER_NAME="localhost")
    if reader:
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    if answer.status_code != 200:
        raise OneroofError(f"{address} answered {answer.status_code}.")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
        queries = len(captured)

    def visited(place: str) -> None:
        client.get(place)

    taken = [_took(visited, address) for _ in range(REPEATS)]
    return {"queries": queries, **_spread(taken)}
