"""A reply leaves as a signed Standard Webhook; its id is the reply's key at every attempt."""

import json

from oneroof.core import clock
from oneroof.core.http import AddressRefusedError, FetchError, SafeClient
from oneroof.core.webhooks import WrongSecretError, signed_headers
from oneroof.listening.sources.base import Draft, Outcome, Refused, Sent, Settings, Unknown

SECONDS = 20.0
PASSING = frozenset({408, 425, 429})
GONE = 410
ANSWER_LIMIT = 65_536


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """POST once. 2xx: taken. 4xx: refused. 5xx, or no answer after it was sent: nobody knows."""
    body = json.dumps(_message(draft), ensure_ascii=False).encode()
    try:
        headers = signed_headers(_secret(settings), message_id(draft), clock.now(), body)
    except WrongSecretError as error:
        return Refused(str(error), permanent=True)
    headers["content-type"] = "application/json"
    try:
        answer = client.post(
            str(settings["reply_url"]),
            content=body,
            headers=headers,
            deadline=SECONDS,
            max_bytes=ANSWER_LIMIT,
        )
    except FetchError as error:
        return _broken(error, draft)
    return _judged(answer.status, answer.headers.get("retry-after", ""), draft)


def can_reply(settings: Settings) -> bool:
    return bool(settings.get("reply_url"))


def takes_once(settings: Settings) -> bool:
    """The receiver says that it takes a webhook-id once, however often it comes."""
    return bool(settings.get("takes_once"))


def is_public(settings: Settings) -> bool:
    """What is pushed was said in public: a bridge to a network, not a form."""
    return bool(settings.get("is_public"))


def message_id(draft: Draft) -> str:
    """Without full stops, which part what is signed."""
    return f"msg_{draft.key.partition('@')[0].replace('.', '-')}"


def _message(draft: Draft) -> dict[str, object]:
    return {
        "type": "reply.created",
        "timestamp": (draft.approved_at or draft.to.said_at).isoformat(),
        "data": {
            "id": draft.key,
            "in_reply_to": draft.to.external_id,
            "thread": draft.to.thread_external_id,
            "to": draft.to.author_handle,
            "text": draft.text,
            "author": draft.author_name,
        },
    }


def _secret(settings: Settings) -> str:
    """While a secret is being changed there are two: the first signs."""
    known = str(settings.get("secret") or "").split()
    if not known:
        raise WrongSecretError("This source has no signing secret.")
    return known[0]


def _broken(error: FetchError, draft: Draft) -> Outcome:
    if error.sent is False:
        return Refused(error.reason, permanent=isinstance(error, AddressRefusedError))
    if error.status is not None:
        return _judged(error.status, "", draft)
    return Unknown(error.reason)


def _judged(status: int, retry_after: str, draft: Draft) -> Outcome:
    said = f"The receiver answered {status}."
    if 200 <= status < 300:
        return Sent(draft.key)
    if status in PASSING:
        return Refused(
            said, permanent=False, retry_after=float(retry_after) if retry_after.isdigit() else None
        )
    if 300 <= status < 500:
        return Refused(said, permanent=True)
    return Unknown(said)
