"""What a watch would have caught among the stored posts."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from oneroof.core import clock
from oneroof.listening.board import hold_watches_still
from oneroof.listening.matching import Document, holds, spans
from oneroof.listening.models import Post, Source, Watch
from oneroof.listening.past_query import condition_of, names_of
from oneroof.listening.watch_language import Query, parse

BACKFILL_DAYS = 30
LOOKED_AT = 50_000
"""Where SQL can't tell for sure, so many posts, the newest, are looked at one by one."""
AT_A_TIME = 500
BACKFILL_SECONDS = 20.0
"""So long a job looks back before it lets others have their turn."""
SQL_SECONDS, LOOKING_SECONDS = 2.0, 1.5
"""A person waits. Those two, one after the other, are the longest that the dearest watch takes."""

FOUND = """
WITH caught AS MATERIALIZED (
    SELECT post.id, post.said_at FROM listening_post AS post
    WHERE post.gone_at IS NULL AND post.said_at >= %s AND post.said_at < %s AND {condition}
)
"""
COUNTED = (
    FOUND
    + """
SELECT count(*), count(*) FILTER (WHERE said_at >= %s), count(*) FILTER (WHERE said_at >= %s),
    array(SELECT id FROM caught ORDER BY said_at DESC, id DESC LIMIT %s)
FROM caught
"""
)
NEWEST_FIRST = FOUND + "SELECT id, said_at FROM caught ORDER BY said_at DESC, id DESC LIMIT %s"
NEWEST_OF_ALL = """
SELECT id, said_at FROM listening_post
WHERE gone_at IS NULL AND said_at >= %s AND said_at < %s ORDER BY said_at DESC, id DESC LIMIT %s
"""
TEXTS = """
SELECT post.id, post.said_at, post.text, post.author_handle, post.source_id, post.lang, post.has_link,
    post.has_image, post.has_question, post.followers, post.reposts
FROM listening_post AS post
WHERE post.id = ANY(%s) AND post.said_at BETWEEN %s AND %s
ORDER BY post.said_at DESC, post.id DESC
"""
ADDED = """
INSERT INTO listening_mention (watch_id, post_id, said_at, caught_at)
SELECT %s, id, said_at, %s FROM unnest(%s::bigint[], %s::timestamptz[]) AS caught (id, said_at)
ON CONFLICT (watch_id, post_id) DO NOTHING
"""

EARLIEST = datetime.min.replace(year=1000, tzinfo=clock.now().tzinfo)
LATEST = datetime.max.replace(tzinfo=clock.now().tzinfo)


class _TooDearError(Exception):
    """PostgreSQL did not answer in time."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raises _TooDearError where a statement in the block takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1_000:.0f}"])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise _TooDearError from error
        raise


@dataclass(frozen=True, slots=True)
class Catch:
    """A post, and where in its text stands what the watch was after: rising (start, end)."""

    post: Post
    spans: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Past:
    """``matches`` counts all posts of the stretch; the days count back from now, within the stretch.

    ``is_complete`` is False where there were too many to look at in time: then the counts are of the newest.
    """

    matches: int
    last_7_days: int
    last_30_days: int
    is_complete: bool
    sample: list[Catch]


type Place = tuple[int, datetime]


def past_catches(
    query_text: str, *, start: datetime | None = None, end: datetime | None = None, limit: int = 10
) -> Past:
    """What a watch of these words would have caught, from ``start`` and before ``end``; the newest as a sample.

    Raises WatchSyntaxError.
    """
    search = _Search(parse(query_text), start, end)
    week, month = clock.ago(days=7), clock.ago(days=30)
    if search.is_exact:
        with suppress(_TooDearError):
            matches, last_7, last_30, ids = search.counted(week, month, limit)
            return Past(matches, last_7, last_30, is_complete=True, sample=search.catches(ids))
    places, is_complete = search.found(asks_sql=not search.is_exact)
    said = [said_at for _post_id, said_at in places]
    return Past(
        matches=len(places),
        last_7_days=sum(moment >= week for moment in said),
        last_30_days=sum(moment >= month for moment in said),
        is_complete=is_complete,
        sample=search.catches([post_id for post_id, _said_at in places[:limit]]),
    )


def recent_catches(query_text: str, *, limit: int = 10) -> Past:
    """Those of the last 30 days: what a page shows while one writes a watch."""
    return past_catches(query_text, start=clock.ago(days=30), limit=limit)


def highlights(query_text: str, post: Post) -> list[tuple[int, int]]:
    """Where in a post's text stands what the watch was after."""
    return spans(parse(query_text), _document(post))


def catch_past(
    watch_id: int, version: int, *, start: datetime, before: Place | None = None
) -> tuple[int, Place | None]:
    """Keep as mentions what a watch would have caught since ``start``, newest first; how many are new.

    Stops after ``BACKFILL_SECONDS`` and says after which post: whoever asks again from ``before`` there goes on. A
    watch of another version by now, or none, catches nothing: another job does, or nobody.
    """
    watch = Watch.objects.live().filter(pk=watch_id, version=version).first()
    if watch is None:
        return 0, None
    search = _Search(parse(watch.query), start, before[1] + timedelta(microseconds=1) if before else None)
    stop_at, kept = time.monotonic() + BACKFILL_SECONDS, 0
    last: Place | None = None
    for batch in batched(search.places_before(before), AT_A_TIME, strict=False):
        if time.monotonic() > stop_at and last is not None:
            return kept, last
        kept += _keep(watch, batch if search.is_exact else list(search.held(batch)))
        last = batch[-1]
    return kept, None


@transaction.atomic
def _keep(watch: Watch, places: Sequence[Place]) -> int:
    hold_watches_still()
    if not Watch.objects.live().filter(pk=watch.pk, version=watch.version).exists():
        return 0
    with connection.cursor() as cursor:
        ids, moments = [post for post, _said in places], [said for _post, said in places]
        cursor.execute(ADDED, [watch.pk, clock.now(), ids, moments])
        return int(cursor.rowcount)


class _Search:
    """One watch over one stretch of time."""

    def __init__(self, query: Query, start: datetime | None, end: datetime | None) -> None:
        self._query = query
        self._names = dict(Source.objects.values_list("id", "name"))
        condition = condition_of(query, names_of(list(self._names.items())))
        self._sql, params = condition.as_sql()
        self.is_exact = condition.is_exact
        self._params = [start or EARLIEST, end or LATEST, *params]

    def counted(self, week: datetime, month: datetime, limit: int) -> tuple[int, int, int, list[int]]:
        """Of an exact condition; raises _TooDearError."""
        with _within(SQL_SECONDS):
            [row] = self._rows(COUNTED, week, month, limit)
        return row[0], row[1], row[2], row[3]

    def places_before(self, place: Place | None) -> list[Place]:
        """Every post that the watch may match, newest first, from the one that follows ``place``."""
        candidates = self._places(None)
        if place is None:
            return candidates
        post_id, said_at = place
        return [(other, said) for other, said in candidates if (said, other) < (said_at, post_id)]

    def found(self, *, asks_sql: bool) -> tuple[list[Place], bool]:
        """The posts that the watch matches, newest first, and whether all that it may match were looked at.

        ``asks_sql``: False where PostgreSQL took too long already. Looks at the newest ``LOOKED_AT`` and stops
        after ``LOOKING_SECONDS``. Where PostgreSQL can't tell in time which posts they may be, the newest of all
        are looked at.
        """
        candidates, is_complete = self._candidates() if asks_sql else (self._newest_of_all(), False)
        stop_at = time.monotonic() + LOOKING_SECONDS
        found: list[Place] = []
        for batch in batched(candidates[:LOOKED_AT], AT_A_TIME, strict=False):
            if time.monotonic() > stop_at:
                return found, False
            found += self.held(batch)
        return found, is_complete

    def _candidates(self) -> tuple[list[Place], bool]:
        """The newest that the watch may match, and whether these are all; in bounded time."""
        try:
            with _within(SQL_SECONDS):
                candidates = self._places(LOOKED_AT + 1)
        except _TooDearError:
            return self._newest_of_all(), False
        return candidates, len(candidates) <= LOOKED_AT

    def _places(self, most: int | None) -> list[Place]:
        return [(row[0], row[1]) for row in self._rows(NEWEST_FIRST, most)]

    def _newest_of_all(self) -> list[Place]:
        with connection.cursor() as cursor:
            cursor.execute(NEWEST_OF_ALL, [*self._params[:2], LOOKED_AT])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def held(self, candidates: Sequence[Place]) -> Iterator[Place]:
        moments = [said_at for _post_id, said_at in candidates]
        with connection.cursor() as cursor:
            ids = [post_id for post_id, _said_at in candidates]
            cursor.execute(TEXTS, [ids, min(moments), max(moments)])
            for (
                post_id,
                said_at,
                text,
                author,
                source,
                lang,
                link,
                image,
                question,
                followers,
                reposts,
            ) in cursor:
                document = Document(
                    text,
                    author,
                    self._names[source],
                    source,
                    lang or "",
                    link,
                    image,
                    question,
                    followers,
                    reposts,
                )
                if holds(self._query, document):
                    yield post_id, said_at

    def catches(self, ids: Sequence[int]) -> list[Catch]:
        posts = Post.objects.filter(pk__in=ids).select_related("source").defer("words")
        rising = sorted(posts, key=lambda post: (post.said_at, post.pk), reverse=True)
        return [Catch(post, spans(self._query, _document(post))) for post in rising]

    def _rows(self, template: str, *params: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(template.format(condition=self._sql), [*self._params, *params])
            return list(cursor.fetchall())


def _document(post: Post) -> Document:
    return Document(
        text=post.text,
        author_handle=post.author_handle,
        source=post.source.name,
        source_id=post.source_id,
        lang=post.lang or "",
        has_link=post.has_link,
        has_image=post.has_image,
        has_question=post.has_question,
        followers=post.followers,
        reposts=post.reposts,
    )
