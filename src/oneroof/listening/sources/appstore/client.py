"""Hear the reviews of an app, newest first, back to what is known."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.appstore.account import WHO, Store, quoted
from oneroof.listening.sources.appstore.parse import (
    REVIEW,
    REVIEWS,
    attributes,
    gone,
    read_reviews,
    responses_of,
)
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.json_api import NotFoundError

PAGE = 200
PAGES_AT_ONCE = 5
EVERY = 600.0
SOON = 30.0
RECENT_KEPT = 400
MISSING_ASKED = 5
FOLLOWED_ASKED = 20
DAYS_BACK = 30
OVERLAP = timedelta(days=1)


@dataclass(slots=True)
class Heard:
    with_stars: bool
    posts: list[RawPost] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def take(self, document: Mapping[str, Any], reviews: Sequence[Any]) -> None:
        posts, rejected = read_reviews(reviews, responses_of(document), with_stars=self.with_stars)
        self.posts += posts
        self.rejected += rejected


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    store, heard = Store.of(settings), Heard(with_stars(settings))
    recent = [str(each) for each in cursor.get("recent", ())]
    newest = parse_moment(cursor["newest"]) if cursor.get("newest") else None
    since = newest - OVERLAP if newest else clock.ago(days=days_back(settings))
    left = _read_back(settings, store, client, heard, set(recent) if cursor else None, since)
    kept = _ask_for_absent(store, client, recent, heard)
    gap = {"cursor": left, "until": since.isoformat()} if left else None
    return Batch(
        posts=heard.posts,
        rejected=heard.rejected,
        cursor={"recent": kept, "newest": _newest(heard, newest)},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back, until the time that was heard before or asked for."""
    store, heard = Store.of(settings), Heard(with_stars(settings))
    left = _read_on(settings, store, client, heard, gap)
    rest = {**gap, "cursor": left} if left else None
    return Batch(posts=heard.posts, rejected=heard.rejected, cursor={}, next_poll_after=EVERY, gap=rest)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The review as it stands, and our response to it; a response that we know and is not there is gone."""
    store, heard = Store.of(settings), Heard(with_stars(settings))
    _ask_each(store, client, [external_id], heard)
    there = {each.external_id for each in heard.posts}
    if any(each.kind == REVIEW and not each.deleted for each in heard.posts):
        heard.posts += [gone(each) for each in known if each not in there]
    return Followed(posts=heard.posts, rejected=heard.rejected)


def with_stars(settings: Settings) -> bool:
    return bool(settings.get("show_rating", True))


def review_document(store: Store, client: SafeClient, review_id: str) -> dict[str, Any]:
    """A review and our response. Raises PollFailedError; NotFoundError where the review is gone."""
    found = store.get(client, f"/v1/{REVIEWS}/{quoted(review_id)}", include="response")
    if not isinstance(found.get("data"), dict):
        raise PollFailedError(f"{WHO} answered in a form that its reference does not know.")
    return found


def _read_back(
    settings: Settings,
    store: Store,
    client: SafeClient,
    heard: Heard,
    known: set[str] | None,
    since: datetime,
) -> str | None:
    """Where it goes on, if it was not read back to what is known; one page at first, where ``known`` is None."""
    left: str | None = None
    for document, reviews, left in _pages(settings, store, client):
        heard.take(document, reviews)
        if known is None:
            return None if _reaches(reviews, since) else left
        if any(each.get("id") in known for each in reviews):
            return None
    return left


def _read_on(
    settings: Settings, store: Store, client: SafeClient, heard: Heard, gap: Mapping[str, Any]
) -> str | None:
    until, left = parse_moment(gap["until"]), None
    for document, reviews, left in _pages(settings, store, client, after=str(gap["cursor"])):  # noqa: B007
        heard.take(document, reviews)
        if _reaches(reviews, until):
            return None
    return left


def _pages(
    settings: Settings, store: Store, client: SafeClient, after: str | None = None
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], str | None]]:
    """A few pages, newest first: the document, its reviews, and where it goes on."""
    asked: dict[str, Any] = {"sort": "-createdDate", "limit": PAGE, "include": "response"}
    for name, written in (("filter[territory]", "territories"), ("filter[rating]", "ratings")):
        asked[name] = str(settings.get(written) or "").replace(" ", "").upper() or None
    for _page in range(PAGES_AT_ONCE):
        path = f"/v1/apps/{quoted(store.app_id)}/{REVIEWS}"
        document = store.get(client, path, **asked, cursor=after)
        reviews = document.get("data")
        if not isinstance(reviews, list):
            raise PollFailedError(f"{WHO} answered in a form that its reference does not know.")
        after = _next(document)
        yield document, [each for each in reviews if isinstance(each, dict)], after
        if after is None:
            return


def _next(document: Mapping[str, Any]) -> str | None:
    """The cursor of ``links.next``; the address itself is not gone to."""
    links = document.get("links")
    onward = links.get("next") if isinstance(links, dict) else None
    found = parse_qs(urlsplit(onward).query).get("cursor") if isinstance(onward, str) else None
    return found[0] if found else None


def _ask_for_absent(store: Store, client: SafeClient, recent: Sequence[str], heard: Heard) -> list[str]:
    """Of what stood there at the last poll and does not now, a few; what to remember for the next."""
    reviews = [each.external_id for each in heard.posts if each.kind == REVIEW]
    absent = [each for each in recent if each not in set(reviews)]
    _ask_each(store, client, absent[:MISSING_ASKED], heard)
    return list(dict.fromkeys([*reviews, *absent[MISSING_ASKED:]]))[:RECENT_KEPT]


def _ask_each(store: Store, client: SafeClient, ids: Sequence[str], heard: Heard) -> None:
    for review_id in ids:
        try:
            document = review_document(store, client, review_id)
        except NotFoundError:
            heard.posts.append(gone(review_id))
        else:
            heard.take(document, [document["data"]])


def _reaches(reviews: Sequence[Mapping[str, Any]], since: datetime) -> bool:
    return any((said := _said_at(each)) and said < since for each in reviews)


def _said_at(review: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_moment(attributes(review).get("createdDate"))
    except UnreadableMomentError:
        return None


def days_back(settings: Settings) -> int:
    days = settings.get("days_back")
    return DAYS_BACK if days in (None, "") else max(0, int(days))


def _newest(heard: Heard, before: datetime | None) -> str:
    """Never ahead of our clock, whatever theirs says."""
    said = [each.created_at for each in heard.posts if not each.deleted]
    return min(max([*said, *([before] if before else [])], default=clock.now()), clock.now()).isoformat()
