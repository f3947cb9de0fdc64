"""Hear Hacker News: the newest hits of a search, with three hours of overlap.

An author may edit for two hours and delete for as long, and the index follows some minutes behind: each poll goes
back further than that, so both are heard.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import (
    Allowance,
    Batch,
    Cursor,
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.hackernews.parse import gone, read_hits, read_items
from oneroof.listening.sources.hackernews.search import (
    PAGES_AT_ONCE,
    Stretch,
    host_of,
    item,
    said_at,
    search_back,
)
from oneroof.listening.sources.json_api import NotFoundError

BOTH, STORIES, COMMENTS = "both", "stories", "comments"
TAGS = {BOTH: "(story,comment,poll)", STORIES: "(story,poll)", COMMENTS: "comment"}
DAYS_BACK = 7
EVERY, SOON = 120.0, 10.0
OVERLAP = 3 * 3_600
RECENT_KEPT = 200
MISSING_ASKED = 5
FOLLOWED_ASKED = 20
AN_HOUR = (10_000, 3_600.0)
"""Requests from one address: hn.algolia.com/api, *Rate limits*."""


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What was said since the last poll and three hours before; more than a few pages, and the past, is a gap."""
    start = int(cursor["newest"]) - OVERLAP if cursor.get("newest") else None
    stretch = _search(settings, client, since=start, pages=1 if start is None else PAGES_AT_ONCE)
    posts, rejected = read_hits(stretch.found)
    until = start if start is not None else _first_day(settings)
    gap = {**stretch.left, "since": until} if stretch.left and until is not None else None
    newest = min(max([*stretch.times, int(cursor.get("newest") or 0)]), int(clock.now().timestamp()))
    known = {"newest": newest, "recent": _recent(stretch, newest)}
    missing = _missing(settings, cursor, start, stretch, client)
    return Batch(
        posts=[*posts, *missing],
        rejected=rejected,
        cursor={name: each for name, each in known.items() if each},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back."""
    stretch = _search(settings, client, since=gap["since"], before=gap["before"], page=int(gap["page"]))
    posts, rejected = read_hits(stretch.found)
    left = stretch.left and {**stretch.left, "since": gap["since"]}
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The whole discussion, from its story; what we know of it and is not there is asked for."""
    tree: dict[str, Any] = {}
    try:
        tree = item(settings, client, external_id)
        if tree.get("story_id") and str(tree["story_id"]) != external_id:
            tree = item(settings, client, str(tree["story_id"]))
    except NotFoundError:
        pass  # each that we know is asked for below
    nodes = list(_all_of(tree)) if tree.get("id") else []
    posts, rejected = read_items(nodes)
    there = {str(node.get("id")) for node in nodes}
    asked = [each for each in dict.fromkeys((external_id, *known)) if each not in there]
    more, unreadable = _each_asked(settings, asked[:FOLLOWED_ASKED], client)
    return Followed(posts=[*posts, *more], rejected=[*rejected, *unreadable])


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    limit, seconds = AN_HOUR
    return [Allowance(key=f"hackernews:{host_of(settings)}", limit=limit, seconds=seconds)]


def _search(settings: Settings, client: SafeClient, **bounds: Any) -> Stretch:
    if not str(settings.get("query") or "").strip():
        raise PollFailedError("The source does not say what to search for.")
    tags = TAGS[str(settings.get("listen_to") or BOTH)]
    return search_back(settings, tags, client, **bounds)


def _first_day(settings: Settings) -> int | None:
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    return int(clock.ago(days=days).timestamp()) if days > 0 else None


def _recent(stretch: Stretch, newest: int) -> list[list[Any]]:
    """Id and time of what stood there at this poll and will be read again at the next."""
    seen = {str(hit.get("objectID")): said_at(hit) for hit in stretch.found if isinstance(hit, dict)}
    kept = [[each, at] for each, at in seen.items() if at is not None and at >= newest - OVERLAP]
    return kept[:RECENT_KEPT]


def _missing(
    settings: Settings, cursor: Cursor, start: int | None, stretch: Stretch, client: SafeClient
) -> list[RawPost]:
    """Of what stood there at the last poll and does not now: each is asked for, and gone where it is not there."""
    if start is None or stretch.left:
        return []
    there = stretch.ids
    absent = [each for each, at in cursor.get("recent", ()) if each not in there and at >= start]
    posts, _rejected = _each_asked(settings, absent[:MISSING_ASKED], client)
    return posts


def _each_asked(
    settings: Settings, ids: Sequence[str], client: SafeClient
) -> tuple[list[RawPost], list[Rejected]]:
    found, missing = [], []
    for item_id in ids:
        try:
            found.append(item(settings, client, item_id))
        except NotFoundError:
            missing.append(gone(item_id))
    posts, rejected = read_items(found)
    return [*posts, *missing], rejected


def _all_of(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An item and all below it; of what is gone, that it stood there."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if node.get("type") != "pollopt":
            yield node
        children = node.get("children")
        waiting += reversed(children) if isinstance(children, list) else ()
