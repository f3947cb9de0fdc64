"""Hear the reviews of an app that were written or changed within the last week: the API shows no others."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.googleplay.account import WHO, Store
from oneroof.listening.sources.googleplay.parse import REVIEW, changed_at, gone, read_reviews
from oneroof.listening.sources.json_api import NotFoundError, SaidNoError

PAGE = 100
PAGES_AT_ONCE = 5
EVERY = 900.0
SOON = 60.0
RECENT_KEPT = 500
MISSING_ASKED = 5
SHOWN_FOR = timedelta(days=6, hours=12)
"""Half a day less than the week that the API shows, so that what leaves it by time is not taken for deleted."""


@dataclass(slots=True)
class Heard:
    with_stars: bool
    posts: list[RawPost] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def take(self, reviews: Sequence[Any]) -> None:
        """``seen`` tells when each was changed last."""
        posts, rejected = read_reviews(reviews, with_stars=self.with_stars)
        self.posts += posts
        self.rejected += rejected
        self.seen |= {
            each.external_id: int(each.created_at.timestamp()) for each in posts if each.kind == REVIEW
        }


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """All that was written or changed since the last poll; what a few pages do not hold is a gap."""
    store, heard = Store.of(settings), Heard(with_stars(settings))
    recent = dict(cursor.get("recent") or {})
    left = _read(store, client, heard, recent)
    kept = _ask_for_absent(store, client, recent, heard)
    gap = {"token": left, "recent": recent} if left else None
    return Batch(
        posts=heard.posts,
        rejected=heard.rejected,
        cursor={"recent": kept},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages more. A page's token that is not taken any more cannot be replaced: said, and left."""
    store, heard = Store.of(settings), Heard(with_stars(settings))
    try:
        left = _read(store, client, heard, dict(gap.get("recent") or {}), after=str(gap["token"]))
    except SaidNoError:
        return Batch(posts=(), cursor={}, next_poll_after=EVERY, gap={**gap, "fillable": False})
    rest = {**gap, "token": left} if left else None
    return Batch(posts=heard.posts, rejected=heard.rejected, cursor={}, next_poll_after=EVERY, gap=rest)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The review as it stands, and our reply to it; a reply that we know and is not there is gone."""
    heard = Heard(with_stars(settings))
    try:
        heard.take([review_now(Store.of(settings), client, external_id)])
    except NotFoundError:
        # After a week the API may not show what stands there still: nothing is said of it.
        return Followed(posts=())
    there = {each.external_id for each in heard.posts}
    return Followed(
        posts=[*heard.posts, *(gone(each) for each in known if there and each not in there)],
        rejected=heard.rejected,
    )


def with_stars(settings: Settings) -> bool:
    return bool(settings.get("show_rating", True))


def review_now(store: Store, client: SafeClient, review_id: str) -> dict[str, Any]:
    """Raises PollFailedError; NotFoundError where it is gone."""
    found = store.get(client, f"/{quote(review_id, safe='')}")
    if not found.get("reviewId"):
        raise PollFailedError(f"{WHO} answered in a form that its reference does not know.")
    return found


def _read(
    store: Store, client: SafeClient, heard: Heard, recent: Mapping[str, int], after: str | None = None
) -> str | None:
    """Pages until one that holds nothing new; where it goes on, if it does."""
    left: str | None = None
    for reviews, left in _pages(store, client, after):  # noqa: B007
        heard.take(reviews)
        if reviews and all(_is_known(each, recent) for each in reviews):
            return None
    return left


def _is_known(review: Any, recent: Mapping[str, int]) -> bool:
    changed = changed_at(review)
    return changed is not None and recent.get(str(review.get("reviewId"))) == int(changed.timestamp())


def _pages(
    store: Store, client: SafeClient, after: str | None
) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
    for _page in range(PAGES_AT_ONCE):
        found = store.get(client, maxResults=PAGE, token=after)
        listed = found.get("reviews", [])
        if not isinstance(listed, list):
            raise PollFailedError(f"{WHO} answered in a form that its reference does not know.")
        paging = found.get("tokenPagination")
        after = str(paging.get("nextPageToken") or "") or None if isinstance(paging, dict) else None
        yield [each for each in listed if isinstance(each, dict)], after
        if after is None:
            return


def _ask_for_absent(
    store: Store, client: SafeClient, recent: Mapping[str, int], heard: Heard
) -> dict[str, int]:
    """Of what was shown at the last poll and should be still, a few; what to remember for the next."""
    shown_since = (clock.now() - SHOWN_FOR).timestamp()
    absent = [each for each, at in recent.items() if each not in heard.seen and at > shown_since]
    for review_id in absent[:MISSING_ASKED]:
        try:
            heard.take([review_now(store, client, review_id)])
        except NotFoundError:
            heard.posts.append(gone(review_id))
    later = {each: recent[each] for each in absent[MISSING_ASKED:]}
    return dict(list({**later, **heard.seen}.items())[:RECENT_KEPT])
