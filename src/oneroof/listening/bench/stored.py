"""A million stored posts, filled in by COPY and copied within the database."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection

from oneroof.core import clock
from oneroof.listening.matching import Document
from oneroof.listening.models import Source
from oneroof.listening.partitions import make_partitions
from oneroof.listening.store import copy_rows
from oneroof.listening.words_vector import words_vector
from oneroof.text.tokens import fold_handle

DAYS = 60
_COLUMNS = (
    "id", "said_at", "heard_at", "source_id", "external_id", "author_handle", "author_handle_folded",
    "author_name", "text", "words", "url", "kind", "lang", "is_ours", "is_to_us", "has_link", "has_image",
    "has_question", "followers", "reposts", "need", "need_reasons",
)  # fmt: skip
_AGAIN = """
INSERT INTO listening_post ({columns})
SELECT id + %(size)s * turn, said_at - make_interval(secs => turn * %(step)s), {others}
FROM listening_post, generate_series(1, %(turns)s - 1) AS turn
"""


def store_documents(documents: Sequence[Document], times: int) -> int:
    """Store each document ``times`` over the last two months, each time at another moment; how many that makes.

    They are posts without keys or people: what a search over their words needs.
    """
    now = clock.now()
    step = timedelta(days=DAYS) / (len(documents) * times)
    make_partitions(now - timedelta(days=day) for day in range(DAYS + 1))
    sources = [Source.objects.create(network="files", name=f"Source {number}") for number in range(20)]
    copy_rows("listening_post", _COLUMNS, _rows(documents, sources, now, step * times))
    columns, others = ", ".join(_COLUMNS), ", ".join(_COLUMNS[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            _AGAIN.format(columns=columns, others=others),
            {"size": len(documents), "turns": times, "step": step.total_seconds()},
        )
        cursor.execute("VACUUM ANALYZE listening_post")
    return len(documents) * times


def _rows(
    documents: Sequence[Document], sources: Sequence[Source], now: datetime, step: timedelta
) -> Iterator[tuple[object, ...]]:
    for number, document in enumerate(documents, 1):
        handle = document.author_handle
        yield (
            number, now - step * number, now, sources[number % len(sources)].pk, f"bench-{number}", handle,
            fold_handle(handle), handle, document.text, words_vector(document.text), "", "post",
            document.lang or None, False, False, document.has_link, document.has_image, document.has_question,
            document.followers, document.reposts, 0, "[]",
        )  # fmt: skip
