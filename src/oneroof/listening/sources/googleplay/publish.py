"""A reply leaves as the one reply that a review may have: sent again it replaces itself.

So that it never replaces what somebody else wrote, the reply that stands there is read before each attempt. Google
takes tags out of it: what looks like one is not sent.
"""

import re
from typing import Any
from urllib.parse import quote

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import (
    Draft,
    Length,
    NotThere,
    Outcome,
    PollFailedError,
    ReadBack,
    Refused,
    Seen,
    Sent,
    Settings,
    Standing,
    Target,
    Unknown,
)
from oneroof.listening.sources.googleplay.account import WHO, Store, is_too_many
from oneroof.listening.sources.googleplay.client import review_now, with_stars
from oneroof.listening.sources.googleplay.parse import comment_of, reply_id, text_of
from oneroof.listening.sources.json_api import (
    LATER,
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    refusal_of,
)

LENGTH = Length(limit=350)
TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
ANSWERED = "Somebody answered the review since, in our name; a review has one reply."
OUR_NAME = "developer"


def takes_once(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    """“Replies to a single review, or updates an existing reply.”"""
    return True


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """``POST …/reviews/{reviewId}:reply``, unless it stands there, or another reply does."""
    if wrong := _what_is_wrong(draft.text):
        return Refused(wrong, permanent=True)
    store, review_id = Store.of(settings), draft.to.external_id
    try:
        standing = _reply_text(review_now(store, client, review_id))
        if standing and _plain(standing) == _plain(draft.text):
            return Sent(reply_id(review_id))
        if standing and reply_id(review_id) not in draft.to.earlier_replies:
            return Refused(ANSWERED, permanent=True)
        answer = store.post(client, f"/{quote(review_id, safe='')}:reply", {"replyText": draft.text})
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    except FetchError as error:
        return outcome_of_failure(error)
    if (
        answer.status == 200
        and isinstance(answer.value, dict)
        and isinstance(answer.value.get("result"), dict)
    ):
        return Sent(reply_id(review_id))
    if is_too_many(answer):
        return Refused(store.failure(answer).reason, permanent=False, retry_after=LATER)
    return refusal_of(answer, WHO)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    try:
        standing = _reply_text(review_now(Store.of(settings), client, draft.to.external_id))
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return Sent(reply_id(draft.to.external_id)) if _plain(standing) == _plain(draft.text) else NotThere()


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    try:
        review = review_now(Store.of(settings), client, target.external_id)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    text = text_of(review, with_stars=with_stars(settings))
    is_answered = bool(_reply_text(review)) and reply_id(target.external_id) not in target.earlier_replies
    return Seen(
        Standing.THERE if _plain(text) == _plain(target.text) else Standing.CHANGED,
        text=text,
        answered_by=(OUR_NAME,) if is_answered else (),
    )


def _what_is_wrong(text: str) -> str:
    if (over := -LENGTH.left(text)) > 0:
        return f"The reply is too long by {over}."
    if found := TAG.search(text):
        return f"Google Play takes out what looks like a tag of HTML: write it without “{found[0][:40]}”."
    return ""


def _reply_text(review: dict[str, Any]) -> str:
    return str(comment_of(review, "developerComment").get("text") or "")


def _plain(text: str) -> str:
    return " ".join(text.split())
