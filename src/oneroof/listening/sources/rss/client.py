"""Asks a feed what is new, as politely as it asks to be asked."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.http import FetchedResponse, FetchError, SafeClient
from oneroof.listening.sources.base import Batch, Cursor, PollFailedError, RawPost, Settings
from oneroof.listening.sources.rss.markup import UnreadableFeedError
from oneroof.listening.sources.rss.pace import (
    LATEST,
    MINUTES,
    THROTTLED,
    Wishes,
    freshness,
    next_poll_after,
    retry_after,
)
from oneroof.listening.sources.rss.parse import NotAFeedError, Page, parse_page

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
NOT_MODIFIED, OK, GONE = 304, 200, 410
ASK_LATER = frozenset({429, 503})
NEWEST = 3
OLDER_PAGES = 50
REASONS = {
    401: "The feed asks for a user and a password, or does not take the ones we have (401).",
    403: "The feed does not let us in (403).",
    404: "There is no feed at this address (404).",
    410: "The feed is gone for good, says its server (410). It is asked once a day.",
    429: "The feed's server finds that we ask too often (429).",
    503: "The feed's server is not available just now (503).",
}
CANNOT_FILL = (
    "None of the newest entries that we knew was on the page: between the two polls more may have come"
    " than it holds. A feed shows no more than that, so these can't be fetched; it is asked more often now."
)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What the feed shows now. Raises PollFailedError."""
    answer = _asked(str(settings["address"]), _headers(settings, cursor), client)
    _check_status(answer)
    if answer.status == NOT_MODIFIED:
        return _unchanged(settings, cursor, answer)
    page = _read(answer)
    newest = _newest(page.posts)
    gap = _gap(cursor.get("newest") or (), page)
    haste = min(int(cursor.get("haste") or 0) + 1, 3) if gap else 0
    kept = {
        **_validators(answer, page),
        "wishes": page.wishes.as_json(),
        "newest": newest or cursor.get("newest") or [],
        "haste": haste,
    }
    return Batch(
        posts=page.posts,
        rejected=page.rejected,
        gap=gap,
        cursor=kept,
        changed_settings=_moved(settings, answer),
        next_poll_after=_pause(settings, page.wishes, answer, haste),
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """One older page, where the feed has such (RFC 5005, or JSON Feed's ``next_url``). Raises PollFailedError."""
    answer = _asked(str(gap["older"]), _headers(settings, {}), client)
    if answer.status in {404, GONE}:
        return Batch(posts=(), cursor={}, next_poll_after=0, gap=_unfillable(gap))
    _check_status(answer)
    page = _read(answer)
    left = int(gap.get("pages", OLDER_PAGES)) - 1
    rest: Mapping[str, Any] | None = None
    if page.posts and not _knows(gap.get("until") or (), page):
        rest = {**gap, "older": page.older, "pages": left} if page.older and left else _unfillable(gap)
    return Batch(posts=page.posts, rejected=page.rejected, gap=rest, cursor={}, next_poll_after=0)


def _asked(address: str, headers: Mapping[str, str], client: SafeClient) -> FetchedResponse:
    try:
        return client.get(address, headers=headers)
    except FetchError as error:
        raise PollFailedError(error.reason) from error


def _headers(settings: Settings, cursor: Cursor) -> dict[str, str]:
    headers = {"Accept": ACCEPT}
    if cursor.get("etag"):
        headers["If-None-Match"] = str(cursor["etag"])
    if cursor.get("modified"):
        headers["If-Modified-Since"] = str(cursor["modified"])
    if settings.get("user"):
        pair = f"{settings['user']}:{settings.get('password') or ''}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
    return headers


def _check_status(answer: FetchedResponse) -> None:
    if answer.status in {OK, NOT_MODIFIED}:
        return
    at_least = retry_after(answer.headers, clock.now())
    if answer.status in ASK_LATER:
        at_least = at_least or THROTTLED
    raise PollFailedError(
        REASONS.get(answer.status, f"The feed's server answered {answer.status}."),
        next_poll_after=LATEST if answer.status == GONE else at_least,
        gone=answer.status == GONE,
    )


def _read(answer: FetchedResponse) -> Page:
    try:
        return parse_page(answer.body, answer.headers.get("content-type", ""), answer.url, clock.now())
    except NotAFeedError as error:
        raise PollFailedError(str(error), offers=error.offers) from error
    except UnreadableFeedError as error:
        raise PollFailedError(str(error)) from error


def _unchanged(settings: Settings, cursor: Cursor, answer: FetchedResponse) -> Batch:
    wishes = Wishes.of_json(cursor.get("wishes"))
    return Batch(
        posts=(),
        cursor={**cursor, "haste": 0},
        changed_settings=_moved(settings, answer),
        next_poll_after=_pause(settings, wishes, answer, 0),
    )


def _pause(settings: Settings, wishes: Wishes, answer: FetchedResponse, haste: int) -> float:
    now = clock.now()
    minutes = float(settings.get("minutes") or MINUTES) / 2**haste
    return next_poll_after(minutes, wishes, now, fresh_for=freshness(answer.headers, now))


def _validators(answer: FetchedResponse, page: Page) -> dict[str, str]:
    """Not of a feed that is broken: it may have come in half, and the rest must not hide behind a 304."""
    if not page.is_whole:
        return {}
    named = {"etag": answer.headers.get("etag", ""), "modified": answer.headers.get("last-modified", "")}
    return {name: value for name, value in named.items() if 0 < len(value) <= 1_000 and _is_sendable(value)}


def _is_sendable(value: str) -> bool:
    """Some servers name a version in letters that no header may hold on its way back."""
    return value.isascii() and value.isprintable()


def _moved(settings: Settings, answer: FetchedResponse) -> dict[str, str]:
    """The address to remember, where it moved for good; no less safe one, and no other host for a password."""
    moved = answer.permanent_url
    before = urlsplit(str(settings["address"]))
    if not moved or (before.scheme == "https" and urlsplit(moved).scheme != "https"):
        return {}
    has_password = bool(settings.get("user") or before.username)
    if has_password and urlsplit(moved).netloc.rpartition("@")[2] != before.netloc.rpartition("@")[2]:
        return {}
    return {"address": moved} if moved != settings["address"] else {}


def _newest(posts: Sequence[RawPost]) -> list[str]:
    """Ids of the newest; those of the same time in the feed's order."""
    rising = sorted(posts, key=lambda post: post.created_at, reverse=True)
    return [post.external_id for post in rising[:NEWEST]]


def _knows(ids: Sequence[str], page: Page) -> bool:
    return not set(ids).isdisjoint(post.external_id for post in page.posts)


def _gap(newest: Sequence[str], page: Page) -> Mapping[str, Any] | None:
    """Where none of the newest that we knew is on the page any more, others may have come and gone between."""
    if not newest or not page.posts or _knows(newest, page):
        return None
    if page.older:
        return {"older": page.older, "until": list(newest), "pages": OLDER_PAGES}
    return _unfillable({})


def _unfillable(gap: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**gap, "fillable": False, "why": CANNOT_FILL}
