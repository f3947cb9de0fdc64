"""Webhooks of Meta: the door is made sure of, each message is signed, and one holds many changes.

developers.facebook.com/docs/graph-api/webhooks/getting-started: ``hub.challenge``, ``X-Hub-Signature-256``. A
message has no id of its own; it is known again by its words, in which Meta writes when it sent them.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.sources.base import Settings

SIGNATURE = "x-hub-signature-256"
SIZE_LIMIT = 1_048_576
CHALLENGE_LIMIT = 200
MILLISECONDS_FROM = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to what ``account`` names; ``at`` is when Meta told it."""

    account: str
    field: str
    value: Mapping[str, Any]
    at: datetime


def new_verify_token() -> str:
    return secrets.token_urlsafe(24)


def verify(settings: Settings, query: Mapping[str, str]) -> str:
    """The challenge, where the other side knows our word. Raises ReceiptRefusedError."""
    known, given = str(settings.get("verify_token") or ""), query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not known:
        raise ReceiptRefusedError("This is no question that we know.", status=403)
    if not hmac.compare_digest(known.encode(), given.encode()):
        raise ReceiptRefusedError("hub.verify_token is not ours.", status=403)
    challenge = query.get("hub.challenge", "")
    if not 0 < len(challenge) <= CHALLENGE_LIMIT or not challenge.isprintable():
        raise ReceiptRefusedError("hub.challenge is missing or too long.", status=400)
    return challenge


def believed_id(settings: Settings, headers: Mapping[str, str], body: bytes) -> str:
    """A name for the message, where it is signed with the app's secret. Raises ReceiptRefusedError."""
    if len(body) > SIZE_LIMIT:
        raise ReceiptRefusedError(f"The body is larger than {SIZE_LIMIT:,} bytes.", status=413)
    secret = str(settings.get("app_secret") or "")
    if not secret:
        raise ReceiptRefusedError("This source has no app secret yet.", status=401)
    given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE, "")
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.strip().encode()):
        raise ReceiptRefusedError(
            "X-Hub-Signature-256 is not of this message and our app secret.", status=401
        )
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def changes_of(body: bytes, kind: str) -> Iterator[Change]:
    """What a message tells of objects of that kind (``page``, ``instagram``). Raises ReceiptRefusedError."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReceiptRefusedError(f"The body is not JSON: {error}.", status=400) from error
    if not isinstance(message, dict) or not isinstance(message.get("entry"), list):
        raise ReceiptRefusedError("The body must be {“object”: …, “entry”: […]}.", status=400)
    if message.get("object") != kind:
        raise ReceiptRefusedError(f"The message is not about an object of the kind “{kind}”.", status=400)
    for entry in message["entry"]:
        if isinstance(entry, dict):
            yield from _changes(entry)


def _changes(entry: Mapping[str, Any]) -> Iterator[Change]:
    """Below ``changes``, or (as some of Instagram's come) in the entry itself."""
    below = entry.get("changes")
    for each in below if isinstance(below, list) else [entry]:
        value = each.get("value") if isinstance(each, dict) else None
        if isinstance(value, dict):
            yield Change(
                account=str(entry.get("id") or ""),
                field=str(each.get("field") or ""),
                value=value,
                at=_moment(entry.get("time")),
            )


def _moment(told: Any) -> datetime:
    if not isinstance(told, int) or isinstance(told, bool) or told <= 0:
        return clock.now()
    seconds = told / 1_000 if told >= MILLISECONDS_FROM else told
    try:
        return min(datetime.fromtimestamp(seconds, UTC), clock.now())
    except (ValueError, OverflowError, OSError):
        return clock.now()
