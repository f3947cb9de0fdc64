"""A reply leaves as the one response that a review may have: sent again it replaces itself.

So that it never replaces what somebody else wrote, the response that stands there is read before each attempt.
"""

from typing import Any

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.appstore.account import WHO, Store
from oneroof.listening.sources.appstore.client import review_document, with_stars
from oneroof.listening.sources.appstore.parse import (
    RESPONSES,
    REVIEWS,
    attributes,
    responses_of,
    text_of,
)
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
from oneroof.listening.sources.json_api import (
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    refusal_of,
)

LENGTH = Length(limit=5_970)
PATH = f"/v1/{RESPONSES}"
ANSWERED = "Somebody answered the review since, in our name; a review has one response."
OUR_NAME = "developer"


def takes_once(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    """“If a response already exists, this endpoint updates the response by overwriting it.”"""
    return True


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """``POST /v1/customerReviewResponses``, unless it stands there, or another response does."""
    if (over := -LENGTH.left(draft.text)) > 0:
        return Refused(f"The reply is too long by {over}.", permanent=True)
    store = Store.of(settings)
    try:
        standing = _response(store, client, draft.to.external_id)
        if standing and _is(standing, draft):
            return Sent(str(standing.get("id")))
        if standing and not _is_earlier(standing, draft):
            return Refused(ANSWERED, permanent=True)
        answer = store.post(client, PATH, _message(draft))
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    except FetchError as error:
        return outcome_of_failure(error)
    data = answer.value.get("data") if isinstance(answer.value, dict) else None
    if answer.status in {200, 201} and isinstance(data, dict) and data.get("id"):
        return Sent(str(data["id"]))
    return refusal_of(answer, WHO)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    try:
        standing = _response(Store.of(settings), client, draft.to.external_id)
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return Sent(str(standing.get("id"))) if standing and _is(standing, draft) else NotThere()


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    try:
        document = review_document(Store.of(settings), client, target.external_id)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    text = text_of(document["data"], with_stars=with_stars(settings))
    others = [each for each in responses_of(document) if each not in target.earlier_replies]
    return Seen(
        Standing.THERE if _plain(text) == _plain(target.text) else Standing.CHANGED,
        text=text,
        answered_by=(OUR_NAME,) if others else (),
    )


def _response(store: Store, client: SafeClient, review_id: str) -> dict[str, Any] | None:
    """What stands there as our response. Raises PollFailedError."""
    found = responses_of(review_document(store, client, review_id))
    return dict(next(iter(found.values()))) if found else None


def _is(standing: dict[str, Any], draft: Draft) -> bool:
    return _plain(str(attributes(standing).get("responseBody") or "")) == _plain(draft.text)


def _is_earlier(standing: dict[str, Any], draft: Draft) -> bool:
    """One of ours that this reply is to replace."""
    return str(standing.get("id")) in draft.to.earlier_replies


def _message(draft: Draft) -> dict[str, Any]:
    return {
        "data": {
            "type": RESPONSES,
            "attributes": {"responseBody": draft.text},
            "relationships": {"review": {"data": {"type": REVIEWS, "id": draft.to.external_id}}},
        }
    }


def _plain(text: str) -> str:
    return " ".join(text.split())
