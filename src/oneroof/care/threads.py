"""Threads as their posts stand now: what a conversation's row is made of."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from oneroof.listening.sources.base import AUTOMATIC

SHOWN = 200

SAID = """
SELECT key.thread_id, post.id, key.parent_id, post.said_at, post.heard_at, post.source_id, post.is_ours,
    post.is_to_us, post.need, post.need_reasons, post.risk, left(post.text, %(shown)s), post.author_name,
    post.author_handle, post.identity_id, post.lang,
    EXISTS (SELECT FROM listening_mention AS mention WHERE mention.post_id = post.id), post.kind
FROM listening_postkey AS key
JOIN listening_post AS post ON post.id = key.id AND post.said_at = key.said_at
WHERE key.thread_id = ANY(%(threads)s) AND key.heard_at IS NOT NULL
ORDER BY post.said_at, post.id
"""


@dataclass(slots=True)
class Said:
    """One post of a thread."""

    thread_id: int
    id: int
    parent_id: int | None
    said_at: datetime
    heard_at: datetime
    source_id: int
    is_ours: bool
    is_to_us: bool
    need: int
    need_reasons: list[Any]
    risk: list[Any] | None
    head: str
    author_name: str
    author_handle: str
    identity_id: int | None
    lang: str | None
    is_mention: bool
    kind: str

    @property
    def is_ours_or_nobodys(self) -> bool:
        """No customer said it; nobody at all where a machine answered."""
        return self.is_ours or self.kind in AUTOMATIC


@dataclass(slots=True)
class ThreadNow:
    """A thread's posts in the order in which they were said, told apart."""

    posts: Sequence[Said]
    opening: Said | None
    customers: Sequence[Said]
    ours: Sequence[Said]

    @property
    def latest(self) -> Said:
        return self.customers[-1]

    @property
    def ours_said_at(self) -> datetime | None:
        return self.ours[-1].said_at if self.ours else None

    def unanswered(self, ours_said_at: datetime | None) -> Sequence[Said]:
        """The customer's posts since our latest word."""
        return [post for post in self.customers if ours_said_at is None or post.said_at > ours_said_at]


def read_threads(
    threads: Iterable[int], *, all_is_to_us: bool, taken: Collection[int] = ()
) -> dict[int, ThreadNow]:
    """Each thread with its heard posts. ``all_is_to_us``: whoever writes there writes to us.

    ``taken`` are posts that concern us because one of us said so.
    """
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"threads": list(threads), "shown": SHOWN})
        rows = [_said(row) for row in cursor.fetchall()]
    by_thread: dict[int, list[Said]] = {}
    for post in rows:
        by_thread.setdefault(post.thread_id, []).append(post)
    return {
        thread: thread_now(posts, all_is_to_us=all_is_to_us, taken=taken)
        for thread, posts in by_thread.items()
    }


def _said(row: Sequence[Any]) -> Said:
    """JSON comes as text where no model reads it."""
    post = Said(*row)
    post.need_reasons = json.loads(str(post.need_reasons))
    post.risk = json.loads(str(post.risk)) if post.risk is not None else None
    return post


def thread_now(posts: Sequence[Said], *, all_is_to_us: bool, taken: Collection[int] = ()) -> ThreadNow:
    """Who is the customer: whoever said what concerns us first, and all who say such a thing or answer us.

    What others say to one another in a public thread, and what machines answer, is shown in it, and is no work
    for us.
    """
    ours = {post.id for post in posts if post.is_ours}
    concerning = [
        post
        for post in posts
        if not post.is_ours_or_nobodys
        and (post.is_mention or post.is_to_us or all_is_to_us or post.id in taken)
    ]
    opening = concerning[0] if concerning else None
    wanted = {post.id for post in concerning}
    customers = [
        post
        for post in posts
        if not post.is_ours_or_nobodys
        and (post.id in wanted or post.parent_id in ours or _is_author(opening, post))
    ]
    return ThreadNow(posts, opening, customers, [post for post in posts if post.is_ours])


def _is_author(opening: Said | None, post: Said) -> bool:
    return (
        opening is not None
        and post.author_handle == opening.author_handle
        and post.said_at >= opening.said_at
    )
