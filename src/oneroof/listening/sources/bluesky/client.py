"""Hear Bluesky: search, mentions and what an account says are read from the newest back to what is known."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import Batch, Cursor, Followed, PollFailedError, RawPost, Settings
from oneroof.listening.sources.bluesky.jetstream import hear_for_a_while
from oneroof.listening.sources.bluesky.parse import gone, read_views
from oneroof.listening.sources.bluesky.service import Service
from oneroof.listening.sources.json_api import NotFoundError, SaidNoError

PAGE = 100
PAGES_AT_ONCE = 5
EVERY = 60.0
SOON = 5.0
OVERLAP = timedelta(minutes=10)
RECENT_KEPT = 200
ASKED_AT_ONCE = 25
DAYS_BACK = 7
DEEP = 200
ASKED_AT_MOST = 200

SEARCH, MENTIONS, ACCOUNT, EVERYTHING = "search", "mentions", "account", "everything"
REASONS = ("mention", "reply", "quote")


@dataclass(slots=True)
class Stretch:
    """What was read, newest first; ``cursor`` goes on from there, ``is_whole`` says that there is no need to."""

    found: list[dict[str, Any]]
    cursor: str | None
    is_whole: bool

    @property
    def newest(self) -> datetime | None:
        return max((sorted_at(each) for each in self.found), default=None)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    check_settings(settings)
    if settings.get("listen_to") == EVERYTHING:
        return hear_for_a_while(settings, cursor, client)
    before = datetime.fromisoformat(cursor["newest"]) if cursor.get("newest") else None
    start = before - OVERLAP if before else None
    stretch = _back_to(settings, client, start, None, pages=PAGES_AT_ONCE if start else 1)
    gap = _gap(settings, stretch, start)
    if start is not None:
        stretch.found = [each for each in stretch.found if sorted_at(each) >= start]
    posts, rejected = read_views(stretch.found, to_us=_to_us(settings))
    if start is not None and stretch.is_whole:
        posts += _missing(settings, cursor, stretch, start, client)
    newest = max((each for each in (stretch.newest, before) if each), default=None)
    return Batch(
        posts=posts,
        rejected=rejected,
        cursor={"newest": newest.isoformat(), "recent": _recent(stretch, newest)} if newest else {},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back, until what was known before, or as many days as were asked for."""
    until = datetime.fromisoformat(gap["until"])
    stretch = _back_to(settings, client, until, gap.get("cursor"), pages=PAGES_AT_ONCE)
    posts, rejected = read_views(stretch.found, to_us=_to_us(settings))
    left = None if stretch.is_whole else {**gap, "cursor": stretch.cursor}
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The thread above and below a post, from its root; what we know of it and is not there is asked for."""
    service = Service.of(settings)
    found: dict[str, Any] = {}
    try:
        thread = _thread(service, external_id, client)
        root = _root_of(thread)
        if root not in {"", external_id}:
            thread = _thread(service, root, client)
        _collect(thread, found)
    except (NotFoundError, SaidNoError):
        pass  # it is gone, or hidden from us; each that we know is asked for below
    posts, rejected = read_views(found.values())
    asked = [uri for uri in dict.fromkeys((external_id, *known)) if uri not in found]
    return Followed(posts=[*posts, *_each_asked(service, asked, client)], rejected=rejected)


def check_settings(settings: Settings) -> None:
    """Raises PollFailedError for what could not be answered."""
    kind = str(settings.get("listen_to") or SEARCH)
    if kind in {SEARCH, ACCOUNT} and not str(settings.get("query") or "").strip("@ "):
        raise PollFailedError(
            f"The source does not say {'what to search for' if kind == SEARCH else 'whom'}."
        )
    if kind == MENTIONS and not Service.of(settings).has_account:
        raise PollFailedError("Reading mentions needs an account: give its handle and an app password.")


def sorted_at(each: Mapping[str, Any]) -> datetime:
    """By what the network sorts: when it was said, or when it was heard of where that claims to be later."""
    record = each.get("record")
    said, heard = (record.get("createdAt") if isinstance(record, Mapping) else None), each.get("indexedAt")
    moments = [found for written in (said, heard) if (found := _moment(written))]
    return min(moments, default=datetime.fromtimestamp(0, UTC))


def _back_to(
    settings: Settings, client: SafeClient, start: datetime | None, cursor: str | None, *, pages: int
) -> Stretch:
    stretch = Stretch([], cursor, is_whole=False)
    for _page in range(pages):
        page, stretch.cursor = _page_of(settings, client, stretch.cursor)
        stretch.found += page
        reached = start is not None and any(sorted_at(each) < start for each in page)
        if reached or stretch.cursor is None:
            stretch.is_whole = True
            break
    return stretch


def _page_of(
    settings: Settings, client: SafeClient, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    service, words = Service.of(settings), str(settings.get("query") or "").strip()
    asked: dict[str, Any] = {"limit": PAGE, "cursor": cursor}
    match settings.get("listen_to") or SEARCH:
        case "mentions":
            told = service.get(
                client, "app.bsky.notification.listNotifications", reasons=list(REASONS), **asked
            )
            page = [each for each in _objects(told.get("notifications")) if each.get("reason") in REASONS]
        case "account":
            actor = words.lstrip("@")
            told = service.get(
                client, "app.bsky.feed.getAuthorFeed", actor=actor, filter="posts_with_replies", **asked
            )
            entries = [each for each in _objects(told.get("feed")) if not each.get("reason")]
            page = [each["post"] for each in entries if isinstance(each.get("post"), dict)]
        case _:
            told = service.get(client, "app.bsky.feed.searchPosts", q=words, sort="latest", **asked)
            page = _objects(told.get("posts"))
    following = told.get("cursor")
    return page, following if isinstance(following, str) and following else None


def _gap(settings: Settings, stretch: Stretch, start: datetime | None) -> dict[str, Any] | None:
    if stretch.is_whole:
        return None
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    if start is None and days <= 0:
        return None
    return {"cursor": stretch.cursor, "until": (start or clock.ago(days=days)).isoformat()}


def _missing(
    settings: Settings, cursor: Cursor, stretch: Stretch, start: datetime, client: SafeClient
) -> list[RawPost]:
    """Of what stood there at the last poll and does not now: what is not there at all is gone."""
    there = {str(each.get("uri")) for each in stretch.found}
    absent = [
        uri
        for uri, moment in cursor.get("recent", ())
        if uri not in there and datetime.fromisoformat(moment) >= start
    ]
    return _each_asked(Service.of(settings), absent, client)


def _recent(stretch: Stretch, newest: datetime) -> list[tuple[str, str]]:
    near = [each for each in stretch.found if each.get("uri") and sorted_at(each) >= newest - OVERLAP]
    return [(str(each["uri"]), sorted_at(each).isoformat()) for each in near[:RECENT_KEPT]]


def _each_asked(service: Service, uris: Sequence[str], client: SafeClient) -> list[RawPost]:
    posts: list[RawPost] = []
    for start in range(0, min(len(uris), ASKED_AT_MOST), ASKED_AT_ONCE):
        some = list(uris[start : start + ASKED_AT_ONCE])
        views = _objects(service.get(client, "app.bsky.feed.getPosts", uris=some).get("posts"))
        there = {str(view.get("uri")) for view in views}
        posts += read_views(views)[0]
        posts += [gone(uri) for uri in some if uri not in there]
    return posts


def _thread(service: Service, uri: str, client: SafeClient) -> dict[str, Any]:
    told = service.get(client, "app.bsky.feed.getPostThread", uri=uri, depth=DEEP, parentHeight=DEEP)
    thread = told.get("thread")
    return thread if isinstance(thread, dict) else {}


def _root_of(thread: Mapping[str, Any]) -> str:
    top = thread
    while isinstance(top.get("parent"), dict) and isinstance(top["parent"].get("post"), dict):
        top = top["parent"]
    post = top.get("post")
    return str(post.get("uri") or "") if isinstance(post, dict) else ""


def _collect(thread: Any, found: dict[str, Any]) -> None:
    """Without recursion: threads are as deep as people make them."""
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("post"), dict):
            found[str(node["post"].get("uri"))] = node["post"]
            waiting += [each for each in (node.get("parent"), *_objects(node.get("replies"))) if each]


def _to_us(settings: Settings) -> bool | None:
    return True if settings.get("listen_to") == MENTIONS else None


def _objects(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _moment(written: Any) -> datetime | None:
    try:
        return parse_moment(written)
    except UnreadableMomentError:
        return None
