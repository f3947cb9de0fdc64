"""Hear YouTube: threads of comments, from the newest back to what is known, and the answers below them.

A thread keeps its place when somebody answers in it, so each poll looks at the newest hundred, and asks for the
answers of those that have more than they had.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.json_api import NotFoundError, SaidNoError
from oneroof.listening.sources.youtube.parse import comments_of, gone, read_comments, thread_of
from oneroof.listening.sources.youtube.service import COMMENTS, YouTube, items, record

PAGE = 100
PAGES_AT_ONCE = 5
EVERY = 120.0
SOON = 5.0
OVERLAP = timedelta(minutes=10)
RECENT_KEPT = 100
ANSWERED_ASKED = 10
"""Threads whose answers are asked for in one poll; the others wait for the next."""
ASKED_AT_ONCE = 50
DAYS_BACK = 7
THREADS = "/commentThreads"
ANSWERS_READ = 5_000
PLAIN: dict[str, Any] = {"textFormat": "plainText", "maxResults": PAGE}

CHANNEL, VIDEO = "channel", "video"
CHANNEL_ID = re.compile(r"UC[\w-]{22}")
VIDEO_ID = re.compile(r"(?:^|[?&]v=|youtu\.be/|/shorts/|/live/|/embed/)([\w-]{11})(?![\w-])")


@dataclass(slots=True)
class Stretch:
    """Threads as they were read, newest first; ``is_whole`` where they reach what was asked for."""

    threads: list[dict[str, Any]] = field(default_factory=list)
    token: str | None = None
    is_whole: bool = False

    @property
    def oldest(self) -> datetime:
        return min(map(begun_at, self.threads), default=datetime.max.replace(tzinfo=UTC))


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    place, known = YouTube.of(settings), cursor.get("newest")
    place_id = _place_id(settings, cursor, client)
    until = datetime.fromisoformat(str(known)) - OVERLAP if known else None
    stretch = _back_to(settings, place_id, client, until, pages=PAGES_AT_ONCE if until else 1)
    own_channel = place.own_channel(client) if place.has_account else ""
    counts = dict(cursor.get("answers", {}))
    posts, rejected = _read(place, client, stretch.threads, own_channel, counts)
    posts += _missing(place, cursor, stretch, client)
    newest = max([*map(begun_at, stretch.threads), *([until + OVERLAP] if until else [])], default=None)
    gap = _gap(settings, stretch, until, place_id)
    told: dict[str, Any] = {
        "place_id": place_id,
        "recent": _recent(stretch),
        "answers": _kept(stretch, counts),
    }
    return Batch(
        posts=posts,
        rejected=rejected,
        cursor={**told, **({"newest": newest.isoformat()} if newest else {})},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A page further back, with all its answers, until what was known before or as far as was asked for."""
    place, until = YouTube.of(settings), datetime.fromisoformat(str(gap["until"]))
    try:
        stretch = _back_to(settings, str(gap["place_id"]), client, until, pages=1, token=gap.get("token"))
    except SaidNoError:
        if not gap.get("token"):
            raise
        again = {
            **gap,
            "token": None,
        }  # the mark of the page is not taken any more: from the newest once more
        return Batch(posts=[], cursor={}, next_poll_after=EVERY, gap=again)
    own_channel = place.own_channel(client) if place.has_account else ""
    posts, rejected = _read(place, client, stretch.threads, own_channel, None)
    left = None if stretch.is_whole else {**gap, "token": stretch.token}
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The thread with all its answers; what we know of it and is not there is asked for."""
    place, thread_id = YouTube.of(settings), thread_of(external_id)
    own_channel = place.own_channel(client) if place.has_account else ""
    found = []
    if thread := thread_by_id(place, client, thread_id):
        found = [*comments_of(thread), *answers_in(place, client, thread_id)]
    by_id = {str(each.get("id")): each for each in found}
    posts, rejected = read_comments(by_id.values(), own_channel, channel=_channel_of(thread or {}))
    absent = [each for each in dict.fromkeys((external_id, *known)) if each not in by_id]
    return Followed(posts=[*posts, *_each_asked(place, client, absent)], rejected=rejected)


def thread_by_id(place: YouTube, client: SafeClient, thread_id: str, *, as_us: bool = False) -> Any:
    """None where it is not there. Raises PollFailedError."""
    try:
        told = place.get(
            client, THREADS, as_us=as_us, part="snippet,replies", id=thread_id, textFormat="plainText"
        )
    except NotFoundError:
        return None
    return next(iter(items(told)), None)


def answers_in(
    place: YouTube, client: SafeClient, thread_id: str, *, as_us: bool = False
) -> Iterator[dict[str, Any]]:
    """The answers of a thread, page by page, ``ANSWERS_READ`` at most. Raises PollFailedError."""
    token: str | None = None
    for _page in range(ANSWERS_READ // PAGE):
        told = place.get(
            client, COMMENTS, as_us=as_us, part="snippet", parentId=thread_id, pageToken=token, **PLAIN
        )
        yield from items(told)
        token = told.get("nextPageToken")
        if not token:
            return


def check_settings(settings: Settings) -> None:
    """Raises PollFailedError for what could not be answered."""
    written = str(settings.get("query") or "").strip()
    if not written:
        raise PollFailedError("The source does not say which channel or video.")
    if settings.get("listen_to") == VIDEO and not VIDEO_ID.search(written):
        raise PollFailedError(f"“{written[:100]}” is not the address of a video.")


def begun_at(thread: Mapping[str, Any]) -> datetime:
    snippet = record(record(record(thread.get("snippet")).get("topLevelComment")).get("snippet"))
    try:
        return parse_moment(snippet.get("publishedAt"))
    except UnreadableMomentError:
        return datetime.fromtimestamp(0, UTC)


def _back_to(
    settings: Settings,
    place_id: str,
    client: SafeClient,
    until: datetime | None,
    *,
    pages: int,
    token: str | None = None,
) -> Stretch:
    stretch = Stretch(token=token)
    for_what: dict[str, Any] = {
        "videoId" if settings.get("listen_to") == VIDEO else "allThreadsRelatedToChannelId": place_id
    }
    for _page in range(pages):
        told = YouTube.of(settings).get(
            client,
            THREADS,
            part="snippet,replies",
            order="time",
            pageToken=stretch.token,
            **for_what,
            **PLAIN,
        )
        page = items(told)
        stretch.threads += page
        stretch.token = told.get("nextPageToken") or None
        if stretch.token is None or (until and any(begun_at(each) < until for each in page)):
            stretch.is_whole = True
            break
    return stretch


def _read(
    place: YouTube,
    client: SafeClient,
    threads: Sequence[dict[str, Any]],
    own_channel: str,
    counts: dict[str, int] | None,
) -> tuple[list[RawPost], list[Rejected]]:
    """All that those threads show, and the answers that they do not; ``counts`` are those that were known."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    left = ANSWERED_ASKED
    for thread in threads:
        shown = comments_of(thread)
        thread_id, total = str(thread.get("id")), _answers(thread)
        if total > len(shown) - 1 and (counts is None or counts.get(thread_id) != total):
            if counts is None or left:
                shown += answers_in(place, client, thread_id)
                left -= 1
            else:
                total = (counts or {}).get(thread_id, -1)
        if counts is not None:
            counts[thread_id] = total
        said, unreadable = read_comments(shown, own_channel, channel=_channel_of(thread))
        posts += said
        rejected += unreadable
    return posts, rejected


def _missing(place: YouTube, cursor: Cursor, stretch: Stretch, client: SafeClient) -> list[RawPost]:
    """Of what stood there at the last poll and does not now: what is not there at all is gone."""
    there = {str(each.get("id")) for each in stretch.threads}
    ends = stretch.token is None
    absent = [
        thread_id
        for thread_id, begun in cursor.get("recent", ())
        if thread_id not in there and (ends or datetime.fromisoformat(begun) > stretch.oldest)
    ]
    return _each_asked(place, client, absent)


def _each_asked(place: YouTube, client: SafeClient, ids: Sequence[str]) -> list[RawPost]:
    posts: list[RawPost] = []
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = list(ids[start : start + ASKED_AT_ONCE])
        told = place.get(client, COMMENTS, part="snippet", id=",".join(some), textFormat="plainText")
        there = {str(each.get("id")) for each in items(told)}
        posts += read_comments(items(told))[0]
        posts += [gone(each) for each in some if each not in there]
    return posts


def _recent(stretch: Stretch) -> list[tuple[str, str]]:
    near = sorted(stretch.threads, key=begun_at, reverse=True)[:RECENT_KEPT]
    return [(str(each.get("id")), begun_at(each).isoformat()) for each in near]


def _kept(stretch: Stretch, counts: Mapping[str, int]) -> dict[str, int]:
    return {thread_id: counts[thread_id] for thread_id, _begun in _recent(stretch) if thread_id in counts}


def _gap(
    settings: Settings, stretch: Stretch, until: datetime | None, place_id: str
) -> dict[str, Any] | None:
    if stretch.is_whole:
        return None
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    if until is None and days <= 0:
        return None
    back_to = until or clock.ago(days=days)
    return {"token": stretch.token, "until": back_to.isoformat(), "place_id": place_id}


def _place_id(settings: Settings, cursor: Cursor, client: SafeClient) -> str:
    """The id of the channel or the video that is meant; a channel's name is asked for once."""
    check_settings(settings)
    written = str(settings["query"]).strip()
    if settings.get("listen_to") == VIDEO:
        found = VIDEO_ID.search(written)
        return found[1] if found else written
    if found := CHANNEL_ID.search(written):
        return found[0]
    if cursor.get("place_id"):
        return str(cursor["place_id"])
    name = written.rstrip("/").rpartition("/")[2].lstrip("@")
    channels = items(YouTube.of(settings).get(client, "/channels", part="id", forHandle=f"@{name}"))
    if not channels:
        raise PollFailedError(f"There is no channel @{name} at YouTube.")
    return str(channels[0].get("id"))


def _channel_of(thread: Mapping[str, Any]) -> str:
    return str(record(thread.get("snippet")).get("channelId") or "")


def _answers(thread: Mapping[str, Any]) -> int:
    count = record(thread.get("snippet")).get("totalReplyCount")
    return count if isinstance(count, int) else 0
