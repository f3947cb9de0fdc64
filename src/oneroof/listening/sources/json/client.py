"""Hear anything that gives a list in JSON."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import (
    Allowance,
    Batch,
    Cursor,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.credentials import mark_of
from oneroof.listening.sources.json.filling import secrets_of
from oneroof.listening.sources.json.paging import (
    CURSOR,
    NEXT,
    PLACES,
    Position,
    first_position,
    host_of,
    read_page,
)

PAGES_AT_ONCE = 5
MINUTES, OVERLAP_MINUTES, DAYS_BACK, AN_HOUR = 5, 60, 7, 600
SOON = 10.0
KNOWN_KEPT = 200
NEWEST_FIRST, ANY_ORDER = "newest", "any"


class _Reading:
    """Pages one after the other, until one brings nothing new or holds what was known."""

    def __init__(self, settings: Settings, client: SafeClient, since: datetime, known: Sequence[str]) -> None:
        self.posts: list[RawPost] = []
        self.rejected: list[Rejected] = []
        self._settings, self._client, self._since = settings, client, since
        self._known, self._seen = set(known), set[str]()
        self._is_bounded = "{since}" in str(settings.get("address"))
        self._is_falling = settings.get("order") != ANY_ORDER

    def read(self, position: Position, pages: int) -> Position | None:
        """Where to go on; None where there is no more."""
        following: Position | None = position
        for _page in range(pages):
            assert following is not None
            page = read_page(self._settings, self._client, following, self._since)
            self.posts += page.posts
            self.rejected += page.rejected
            following = None if self._is_last(page.posts, page.ids) else page.following
            self._seen |= page.ids
            if following is None:
                break
        return following

    def _is_last(self, posts: Sequence[RawPost], ids: set[str]) -> bool:
        if ids <= self._seen:
            return True  # the other side does not heed what we ask for, or nothing of it can be read
        if self._is_bounded or not self._is_falling:
            return False
        is_past = bool(posts) and all(_is_before(each, self._since) for each in posts)
        return is_past or bool(ids & self._known)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What was said since the last poll, with overlap; what a few pages do not hold is a gap."""
    check_settings(settings)
    known = [str(each) for each in cursor.get("known", ())]
    reading = _Reading(settings, client, _since(settings, cursor), known)
    left = reading.read(first_position(settings), PAGES_AT_ONCE if cursor.get("newest") else 1)
    has_gap = left is not None and (cursor.get("newest") or _days_back(settings) > 0)
    kept = {"newest": _newest(cursor, reading.posts), "known": _known(reading.posts, known)}
    return Batch(
        posts=reading.posts,
        rejected=reading.rejected,
        cursor={name: each for name, each in kept.items() if each},
        next_poll_after=SOON if has_gap else _pause(settings),
        gap={"position": left, "since": _since(settings, cursor).isoformat(), "known": known}
        if has_gap
        else None,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further."""
    check_settings(settings)
    reading = _Reading(settings, client, datetime.fromisoformat(str(gap["since"])), gap.get("known", ()))
    left = reading.read(gap["position"], PAGES_AT_ONCE)
    return Batch(
        posts=reading.posts,
        rejected=reading.rejected,
        cursor={},
        next_poll_after=SOON,
        gap=None if left is None else {**gap, "position": left},
    )


def try_out(settings: Settings, client: SafeClient) -> Batch:
    """The first page, and nothing else."""
    check_settings(settings)
    page = read_page(settings, client, first_position(settings), _since(settings, {}))
    return Batch(posts=page.posts, rejected=page.rejected, cursor={}, next_poll_after=0)


def check_settings(settings: Settings) -> None:
    """Raises PollFailedError for settings that do not fit together."""
    paging, address = str(settings.get("paging") or ""), str(settings.get("address") or "")
    if (place := PLACES.get(paging)) and place not in address:
        raise PollFailedError(f"Paging by {paging} needs a place for it: write {place} into the address.")
    if paging in {CURSOR, NEXT} and not str(settings.get("next_at") or "").strip():
        raise PollFailedError("Where the next page is told is not said: fill in where it lies in the answer.")


def allow(settings: Settings, method: str, url: str) -> list[Allowance]:  # noqa: ARG001 - an Allow
    who = f"json:{host_of(settings)}:{mark_of(' '.join(secrets_of(settings).values()).strip())}"
    return [
        Allowance(key=who[:200], limit=_number(settings, "requests_per_hour", AN_HOUR) or 1, seconds=3_600.0)
    ]


def _since(settings: Settings, cursor: Cursor) -> datetime:
    if not cursor.get("newest"):
        return clock.ago(days=max(_days_back(settings), 0))
    overlap = timedelta(minutes=_number(settings, "overlap_minutes", OVERLAP_MINUTES))
    return datetime.fromisoformat(str(cursor["newest"])) - overlap


def _newest(cursor: Cursor, posts: Sequence[RawPost]) -> str | None:
    times = [post.created_at for post in posts if not post.deleted]
    times += [datetime.fromisoformat(str(cursor["newest"]))] if cursor.get("newest") else []
    return min(max(times), clock.now()).isoformat() if times else None


def _known(posts: Sequence[RawPost], before: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(post.external_id for post in posts), *before]))[:KNOWN_KEPT]


def _is_before(post: RawPost, since: datetime) -> bool:
    return not post.deleted and post.created_at < since


def _pause(settings: Settings) -> float:
    minutes = max(_number(settings, "minutes", MINUTES), 1)
    return minutes * 60 * random.uniform(0.9, 1.1)  # noqa: S311 - politeness


def _days_back(settings: Settings) -> int:
    return _number(settings, "days_back", DAYS_BACK)


def _number(settings: Settings, name: str, default: int) -> int:
    found = settings.get(name)
    return default if found in (None, "") else max(int(str(found)), 0)
