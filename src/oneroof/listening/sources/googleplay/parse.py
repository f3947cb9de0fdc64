"""Reviews become posts: developers.google.com/android-publisher/api-ref/rest/v3/reviews.

Reviewers have no handle there, and many have the same name: each is known by their review, of which there is one.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import storable

REVIEW, REPLY = "review", "response"
STARS = 5


class UnreadableReviewError(ValueError):
    """A review that has not what a post needs."""


def read_reviews(found: Iterable[Any], *, with_stars: bool) -> tuple[list[RawPost], list[Rejected]]:
    """Reviews and our replies to them, and what could not be read."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, review in enumerate(found, start=1):
        try:
            posts.append(read_review(review, with_stars=with_stars))
            if replied := comment_of(review, "developerComment"):
                posts.append(_reply(replied, posts[-1].external_id))
        except UnreadableReviewError as error:
            rejected.append(Rejected(f"review {number}", str(error), json.dumps(review, default=str)))
    return posts, rejected


def read_review(review: Any, *, with_stars: bool) -> RawPost:
    """Raises UnreadableReviewError."""
    said = comment_of(review, "userComment")
    if not said or not review.get("reviewId"):
        raise UnreadableReviewError("It has no id, or says nothing.")
    review_id, likes = str(review["reviewId"]), said.get("thumbsUpCount")
    return RawPost(
        external_id=review_id,
        author_handle=review_id,
        author_name=storable(str(review.get("authorName") or "")),
        text=text_of(review, with_stars=with_stars),
        created_at=_moment(said),
        lang=str(said.get("reviewerLanguage") or "").replace("-", "_").partition("_")[0][:12].lower() or None,
        likes=likes if isinstance(likes, int) and likes >= 0 else None,
        kind=REVIEW,
        addressed_to_us=True,
        said_by_us=False,
    )


def text_of(review: Any, *, with_stars: bool) -> str:
    """As the store shows it: stars, then a title and the words, between which the API puts a tab."""
    said = comment_of(review, "userComment")
    rating = said.get("starRating")
    is_rated = with_stars and isinstance(rating, int) and 0 < rating <= STARS
    stars = "★" * rating + "☆" * (STARS - rating) if is_rated and isinstance(rating, int) else ""
    words = storable(str(said.get("text") or "")).strip("\t").split("\t")
    return "\n\n".join(piece for piece in (stars, *words) if piece)


def comment_of(review: Any, kind: str) -> Mapping[str, Any]:
    """``userComment`` or ``developerComment``, the newest; empty where there is none."""
    comments = review.get("comments") if isinstance(review, dict) else None
    found = (
        [each.get(kind) for each in comments if isinstance(each, dict)] if isinstance(comments, list) else []
    )
    return next((each for each in found if isinstance(each, dict)), {})


def changed_at(review: Any) -> datetime | None:
    try:
        return _moment(comment_of(review, "userComment"))
    except UnreadableReviewError:
        return None


def reply_id(review_id: str) -> str:
    """The reply has no id of its own."""
    return f"{review_id}/reply"


def gone(external_id: str) -> RawPost:
    """It was deleted; when, nobody tells."""
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _reply(replied: Mapping[str, Any], review_id: str) -> RawPost:
    return RawPost(
        external_id=reply_id(review_id),
        author_handle="developer",
        text=storable(str(replied.get("text") or "")),
        created_at=_moment(replied),
        parent_id=review_id,
        kind=REPLY,
        addressed_to_us=False,
        said_by_us=True,
    )


def _moment(said: Mapping[str, Any]) -> datetime:
    """``{"seconds": "1443676826", "nanos": 713000000}``"""
    written = said.get("lastModified")
    try:
        return parse_moment(written.get("seconds") if isinstance(written, dict) else None)
    except UnreadableMomentError as error:
        raise UnreadableReviewError(f"lastModified: {error}") from error
