"""The stream of what was said: what somebody asks to see of it, newest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from oneroof.core.pagination import BIGGEST, LIMIT, MOST, CursorError, Page, decode_cursor, page_of
from oneroof.listening.models import Mention, Post, Source
from oneroof.listening.past_query import condition_of, names_of
from oneroof.listening.watch_language import parse
from oneroof.text.feeling import NEGATIVE, POSITIVE

UNKNOWN = "unknown"
COUNTED = 100
"""More new posts than so many are not counted."""
FEELINGS = {
    "negative": ("post.feeling <= %s", (NEGATIVE,)),
    "neutral": ("post.feeling > %s AND post.feeling < %s", (NEGATIVE, POSITIVE)),
    "positive": ("post.feeling >= %s", (POSITIVE,)),
    UNKNOWN: ("post.feeling IS NULL", ()),
}
CAUGHT_FOR = """(post.id, post.said_at) IN (
    SELECT mine.post_id, mine.said_at FROM listening_mention AS mine JOIN listening_watch AS watch
    ON watch.id = mine.watch_id WHERE watch.owner_id = %s AND watch.deleted_at IS NULL)"""
ALL_POSTS = "listening_post AS post"
CATCHES = (
    "listening_mention AS mention JOIN listening_post AS post"
    " ON post.id = mention.post_id AND post.said_at = mention.said_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which posts; what is empty asks for nothing.

    ``watch`` caught them, or some watch of ``owner``; ``q`` is written as a watch is; ``lang`` and ``feeling``
    may be "unknown"; ``need`` is the least; ``end`` is not included.
    """

    watch: int | None = None
    owner: int | None = None
    source: int | None = None
    q: str = ""
    lang: str = ""
    feeling: str = ""
    need: int = 0
    start: datetime | None = None
    end: datetime | None = None


def posts_page(filters: Filters, *, cursor: str | None = None, limit: int = LIMIT) -> Page[Post]:
    """Newest first, with source and identity. Raises WatchSyntaxError, CursorError."""
    wanted = _Wanted(filters)
    if cursor is not None:
        wanted.add("(post.said_at, post.id) < (%s::timestamptz, %s::bigint)", *_place_of(cursor))
    size = max(1, min(limit, MOST))
    return page_of(loaded(wanted.newest(size + 1)), size, lambda post: (post.said_at, post.pk))


def _place_of(cursor: str) -> tuple[datetime, int]:
    told, post_id = decode_cursor(cursor, 2)
    try:
        said_at = datetime.fromisoformat(told)
        said_at = said_at.astimezone(UTC) if said_at.tzinfo else said_at
    except (TypeError, ValueError, OverflowError) as error:
        raise CursorError("This cursor belongs to another list.") from error
    if said_at.tzinfo is None or type(post_id) is not int or abs(post_id) >= BIGGEST:
        raise CursorError("This cursor belongs to another list.")
    return said_at, post_id


def newest_id() -> int:
    """Grows with every post that is heard."""
    return Post.objects.aggregate(newest=Max("id"))["newest"] or 0


def count_newer(filters: Filters, post_id: int) -> int:
    """How many posts were heard since the newest was ``post_id``, up to COUNTED. Raises WatchSyntaxError."""
    wanted = _Wanted(filters)
    wanted.add("post.id > %s", post_id)
    return wanted.count(COUNTED)


def caught_by(post_ids: Sequence[int]) -> Mapping[int, list[Mention]]:
    """The catches of these posts, each with its watch, by the watch's name."""
    found = defaultdict(list)
    mentions = Mention.objects.filter(post_id__in=post_ids, watch__deleted_at=None)
    for mention in mentions.select_related("watch", "watch__owner").order_by("watch__name", "watch_id"):
        found[mention.post_id].append(mention)
    return found


def near_copies(post: Post) -> int:
    """How many other posts say nearly the same."""
    return Post.objects.filter(first_copy_id=post.first_copy_id or post.pk).count()


def loaded(places: Sequence[tuple[int, datetime]]) -> list[Post]:
    """The posts at these places, in their order."""
    posts = Post.objects.filter(
        pk__in=[post_id for post_id, _said_at in places],
        said_at__in={said_at for _post_id, said_at in places},
    )
    by_id = {post.pk: post for post in posts.select_related("source", "identity").defer("words")}
    return [by_id[post_id] for post_id, _said_at in places if post_id in by_id]


class _Wanted:
    """Conditions on posts, and the newest that meet them."""

    def __init__(self, filters: Filters) -> None:
        self._rows = ALL_POSTS
        self._conditions: list[str] = []
        self._params: list[Any] = []
        self.add("post.gone_at IS NULL")
        self._add_watches(filters)
        self._add_columns(filters)
        if filters.q.strip():
            self._add_query(filters.q)

    def add(self, condition: str, *params: Any) -> None:
        self._conditions.append(condition)
        self._params += params

    def _add_watches(self, filters: Filters) -> None:
        if filters.watch is not None:
            self._rows = CATCHES
            self.add("mention.watch_id = %s", filters.watch)
        if filters.owner is not None:
            self.add(CAUGHT_FOR, filters.owner)

    def _add_columns(self, filters: Filters) -> None:
        if filters.source is not None:
            self.add("post.source_id = %s", filters.source)
        if filters.lang == UNKNOWN:
            self.add("post.lang IS NULL")
        elif filters.lang:
            self.add("post.lang = %s", filters.lang)
        if filters.feeling:
            condition, params = FEELINGS[filters.feeling]
            self.add(condition, *params)
        if filters.need:
            self.add("post.need >= %s", filters.need)
        if filters.start is not None:
            self.add("post.said_at >= %s", filters.start)
        if filters.end is not None:
            self.add("post.said_at < %s", filters.end)

    def _add_query(self, text: str) -> None:
        """Where SQL can't tell for sure, a few more posts are shown than the watch would catch."""
        names = names_of(list(Source.objects.values_list("id", "name")))
        sql, params = condition_of(parse(text), names).as_sql()
        self.add(f"({sql})", *params)

    def newest(self, limit: int) -> list[tuple[int, datetime]]:
        order = "ORDER BY post.said_at DESC, post.id DESC"
        return self._asked("SELECT post.id, post.said_at", f"{order} LIMIT {limit:d}")

    def count(self, most: int) -> int:
        return len(self._asked("SELECT post.id", f"LIMIT {most:d}"))

    def _asked(self, select: str, rest: str) -> list[Any]:
        where = " AND ".join(self._conditions)
        with connection.cursor() as cursor:
            cursor.execute(f"{select} FROM {self._rows} WHERE {where} {rest}", self._params)
            return list(cursor.fetchall())
