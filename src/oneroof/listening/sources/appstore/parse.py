"""Reviews become posts: developer.apple.com/documentation/appstoreconnectapi/customerreview."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import storable

REVIEWS, RESPONSES = "customerReviews", "customerReviewResponses"
REVIEW, RESPONSE = "review", "response"
STARS = 5


class UnreadableReviewError(ValueError):
    """A review that has not what a post needs."""


def read_reviews(
    found: Iterable[Any], answers: Mapping[str, Mapping[str, Any]], *, with_stars: bool
) -> tuple[list[RawPost], list[Rejected]]:
    """Reviews and our responses to them, and what could not be read. ``answers`` are responses by id."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, review in enumerate(found, start=1):
        try:
            posts.append(read_review(review, with_stars=with_stars))
            if answer := answers.get(response_id(review)):
                posts.append(read_response(answer, posts[-1].external_id))
        except UnreadableReviewError as error:
            rejected.append(Rejected(f"review {number}", str(error), json.dumps(review, default=str)))
    return posts, rejected


def read_review(review: Any, *, with_stars: bool) -> RawPost:
    """Raises UnreadableReviewError."""
    said = attributes(review)
    if not said or not review.get("id"):
        raise UnreadableReviewError("It has no id, or says nothing.")
    return RawPost(
        external_id=str(review["id"]),
        author_handle=str(said.get("reviewerNickname") or "unknown"),
        text=text_of(review, with_stars=with_stars),
        created_at=_moment(said.get("createdDate"), "createdDate"),
        kind=REVIEW,
        addressed_to_us=True,
        said_by_us=False,
    )


def read_response(response: Mapping[str, Any], review_id: str) -> RawPost:
    """What we answered, here or in App Store Connect. Raises UnreadableReviewError."""
    said = attributes(response)
    return RawPost(
        external_id=str(response.get("id") or f"{review_id}/response"),
        author_handle="developer",
        text=storable(str(said.get("responseBody") or "")),
        created_at=_moment(said.get("lastModifiedDate"), "lastModifiedDate"),
        parent_id=review_id,
        kind=RESPONSE,
        addressed_to_us=False,
        said_by_us=True,
    )


def text_of(review: Any, *, with_stars: bool) -> str:
    """As the store shows it: stars, title, words."""
    said = attributes(review)
    rating = said.get("rating")
    is_rated = with_stars and isinstance(rating, int) and 0 < rating <= STARS
    stars = "★" * rating + "☆" * (STARS - rating) if is_rated and isinstance(rating, int) else ""
    pieces = (stars, str(said.get("title") or ""), str(said.get("body") or ""))
    return storable("\n\n".join(piece for piece in pieces if piece))


def responses_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The responses that came along (``include=response``), by their ids."""
    included = document.get("included")
    found = [each for each in included if isinstance(each, dict)] if isinstance(included, list) else []
    return {str(each.get("id")): each for each in found if each.get("type") == RESPONSES}


def response_id(review: Any) -> str:
    """The id of what we answered, or nothing."""
    related = review.get("relationships") if isinstance(review, dict) else None
    response = related.get("response") if isinstance(related, dict) else None
    linked = response.get("data") if isinstance(response, dict) else None
    return str(linked.get("id") or "") if isinstance(linked, dict) else ""


def attributes(entry: Any) -> Mapping[str, Any]:
    found = entry.get("attributes") if isinstance(entry, dict) else None
    return found if isinstance(found, dict) else {}


def gone(external_id: str) -> RawPost:
    """It was deleted; when, nobody tells."""
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _moment(written: Any, name: str) -> Any:
    try:
        return parse_moment(written)
    except UnreadableMomentError as error:
        raise UnreadableReviewError(f"{name}: {error}") from error
