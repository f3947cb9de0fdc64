"""Hear a Page: its feed from the newest back to what is known, each post with its newest comments, in one request.

What stands below older posts is told by webhook, and read when a thread is followed.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import Batch, Cursor, Followed, RawPost, Rejected, Settings
from oneroof.listening.sources.facebook.page import DAYS_BACK, Page, quoted
from oneroof.listening.sources.facebook.parse import COMMENT, POST, gone, is_of_feed, read_entries
from oneroof.listening.sources.graph import cursor_after, inner, listed, pages
from oneroof.listening.sources.json_api import NotFoundError

FEED_PAGE = 25
COMMENTS_PAGE = 50
COMMENTS_WHOLE = 100
PAGES_AT_ONCE = 5
EVERY = 120.0
SOON = 10.0
RECENT_KEPT = 300
MISSING_ASKED = 5
FOLLOWED_ASKED = 20
OVERLAP = timedelta(minutes=10)
FEED = f"{POST},comments.filter(stream).order(reverse_chronological).limit({COMMENTS_PAGE}){{{COMMENT}}}"


@dataclass(slots=True)
class Heard:
    """What was read: posts, what could not be read, and where comments go on beyond what was asked."""

    posts: list[RawPost] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    onward: list[dict[str, Any]] = field(default_factory=list)

    def take(self, page: Page, entries: Sequence[dict[str, Any]], below: str | None = None) -> None:
        posts, rejected = read_entries(entries, page.id, below=below)
        self.posts += posts
        self.rejected += rejected

    @property
    def oldest(self) -> datetime | None:
        return min((said for each in self.entries if (said := said_at(each))), default=None)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    page = Page.of(settings)
    recent = [str(each) for each in cursor.get("recent", ())]
    newest = _moment(cursor.get("newest"))
    since = newest - OVERLAP if newest else horizon_of(settings)
    heard, is_whole = _read_feed(page, client, set(recent) if cursor else None, since)
    has_past = not cursor and not _reaches(heard.entries, since)
    has_older = bool(heard.entries) and (has_past or not is_whole)
    older = {"until": _seconds(heard.oldest), "since": since.timestamp()} if has_older else None
    gap = _gap(older, heard.onward)
    kept = _ask_for_absent(page, client, recent, heard)
    return Batch(
        posts=heard.posts,
        rejected=heard.rejected,
        cursor={"newest": _newest(heard, newest), "recent": kept},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back in the feed, or below one post."""
    page, heard = Page.of(settings), Heard()
    onward, older = list(gap.get("comments") or ()), gap.get("feed")
    if onward:
        _read_onward(page, client, onward.pop(0), heard)
    elif older:
        older = _read_older(page, client, older, heard)
    left = _gap(older, [*onward, *heard.onward])
    return Batch(posts=heard.posts, rejected=heard.rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The post and all that stands below it; what we know of it and is not there is asked for."""
    page, heard = Page.of(settings), Heard()
    root = _root_of(page, external_id, known, client)
    if root is not None:
        try:
            heard.take(page, [page.entry(client, root)])
            for entries, _after in _comments(page, client, root):
                heard.take(page, entries, root)
        except NotFoundError:
            pass  # each that we know is asked for below
    there = {each.external_id for each in heard.posts}
    absent = [each for each in dict.fromkeys((external_id, *known)) if each not in there]
    asked = _each_asked(page, absent[:FOLLOWED_ASKED], client)
    return Followed(posts=heard.posts + asked.posts, rejected=heard.rejected + asked.rejected)


def horizon_of(settings: Settings) -> datetime:
    days = settings.get("days_back")
    return clock.ago(days=DAYS_BACK if days in (None, "") else max(0, int(days)))


def said_at(entry: Mapping[str, Any]) -> datetime | None:
    return _moment(entry.get("created_time"))


def _read_feed(page: Page, client: SafeClient, known: set[str] | None, since: datetime) -> tuple[Heard, bool]:
    """Back to a page that holds something known, a few at most; ``known`` is None at first: one page then."""
    heard = Heard()
    for entries, after in _feed(page, client):
        _take_feed(page, entries, heard, since)
        if known is None or after is None or any(inner(each, "id") in known for each in entries):
            return heard, True
    return heard, False


def _take_feed(page: Page, entries: Sequence[dict[str, Any]], heard: Heard, since: datetime) -> None:
    heard.entries += entries
    heard.take(page, entries)
    for entry in entries:
        below, comments = inner(entry, "id"), listed(entry.get("comments"))
        heard.take(page, comments, below)
        after = cursor_after(entry.get("comments"))
        if after and not _reaches(comments, since):
            heard.onward.append({"post": below, "after": after, "since": since.timestamp()})


def _ask_for_absent(page: Page, client: SafeClient, recent: Sequence[str], heard: Heard) -> list[str]:
    """Of what stood there at the last poll and does not now, a few; what to remember for the next."""
    there = {each.external_id for each in heard.posts}
    absent = [each for each in recent if each not in there]
    asked = _each_asked(page, absent[:MISSING_ASKED], client)
    heard.posts += asked.posts
    heard.rejected += asked.rejected
    kept = [each.external_id for each in heard.posts if each.external_id in there]
    return list(dict.fromkeys([*kept, *absent[MISSING_ASKED:]]))[:RECENT_KEPT]


def _newest(heard: Heard, before: datetime | None) -> str:
    """Never ahead of our clock, whatever theirs says."""
    said = [each.created_at for each in heard.posts if not each.deleted]
    return min(max([*said, *([before] if before else [])], default=clock.now()), clock.now()).isoformat()


def _read_onward(page: Page, client: SafeClient, left: Mapping[str, Any], heard: Heard) -> None:
    """Older comments of one post; what is still left of them is ``onward``."""
    since, post = _from(left["since"]), str(left["post"])
    onward: str | None = None
    try:
        for entries, onward in _comments(page, client, post, newest_first=True, after=left["after"]):  # noqa: B007
            heard.take(page, entries, post)
            if _reaches(entries, since):
                return
    except NotFoundError:
        return  # the post is gone, and what stood below it
    if onward:
        heard.onward.append({**left, "after": onward})


def _read_older(
    page: Page, client: SafeClient, older: Mapping[str, Any], heard: Heard
) -> dict[str, Any] | None:
    """By time, since the feed's cursors do not last; what is still left of it, if anything."""
    since = _from(older["since"])
    for entries, after in _feed(page, client, until=older.get("until")):
        _take_feed(page, entries, heard, since)
        if after is None or _reaches(entries, since):
            return None
    until = _seconds(heard.oldest)
    return {**older, "until": until, "is_stuck": until == older.get("until")}


def _feed(page: Page, client: SafeClient, until: Any = None) -> Any:
    asked = {"fields": FEED, "limit": FEED_PAGE, "until": until}
    return pages(page.graph, client, f"{page.id}/feed", at_most=PAGES_AT_ONCE, **asked)


def _comments(
    page: Page, client: SafeClient, post: str, *, newest_first: bool = False, after: str | None = None
) -> Any:
    order = "reverse_chronological" if newest_first else "chronological"
    asked = {"fields": COMMENT, "filter": "stream", "order": order, "limit": COMMENTS_WHOLE, "after": after}
    return pages(page.graph, client, f"{quoted(post)}/comments", at_most=PAGES_AT_ONCE, **asked)


def _root_of(page: Page, external_id: str, known: Sequence[str], client: SafeClient) -> str | None:
    """The post that it stands below."""
    if posts := [each for each in (external_id, *known) if is_of_feed(each, page.id)]:
        return posts[0]
    try:
        return inner(page.entry(client, external_id), "object", "id") or None
    except NotFoundError:
        return None


def _each_asked(page: Page, ids: Sequence[str], client: SafeClient) -> Heard:
    """Each asked for by itself, and gone where it is not there: that the Page is ours to read is known by then."""
    heard = Heard()
    for external_id in ids:
        try:
            entry = page.entry(client, external_id)
        except NotFoundError:
            heard.posts.append(gone(external_id))
        else:
            heard.take(page, [entry], inner(entry, "object", "id") or None)
    return heard


def _gap(older: Mapping[str, Any] | None, onward: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """More posts of one second than pages hold cannot be reached by time: said, and left."""
    found: dict[str, Any] = {"feed": dict(older)} if older else {}
    if onward:
        found["comments"] = [dict(each) for each in onward]
    elif older and older.get("is_stuck"):
        found["fillable"] = False
    return found or None


def _reaches(entries: Sequence[dict[str, Any]], since: datetime) -> bool:
    return any((said := said_at(each)) and said < since for each in entries)


def _seconds(moment: datetime | None) -> int | None:
    """A second later, so that nothing of the same second is left out."""
    return int(moment.timestamp()) + 1 if moment else None


def _from(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _moment(written: Any) -> datetime | None:
    try:
        return parse_moment(written)
    except UnreadableMomentError:
        return None
