"""Messages that a forum pushes, signed: ``X-Discourse-Event-Signature`` is ``sha256=`` and the HMAC of the body.

Only the body is signed: neither the event's name and number, which stand in other headers, nor a time. So what
happened is read off the post itself, and a message is known by its body: the same one again is a replay.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.sources.base import PollFailedError, RawPost, Received, Settings
from oneroof.listening.sources.discourse.client import LATEST, TOPIC
from oneroof.listening.sources.discourse.forum import Forum
from oneroof.listening.sources.discourse.parse import FIRST, gone, read_posts
from oneroof.listening.sources.discourse.topics import topic_of

SIZE_LIMIT = 1_048_576
SHORTEST_SECRET = 12
"""As Discourse asks for."""
SCHEME = "sha256="


def new_secret() -> str:
    """For one forum and us, of 32 random bytes."""
    return secrets.token_urlsafe(32)


def check_secret(secret: str) -> None:
    """All of those between the spaces. Raises ValueError."""
    if any(len(each) < SHORTEST_SECRET for each in secret.split()):
        raise ValueError(f"The secret is shorter than {SHORTEST_SECRET} characters.")


def receive(settings: Settings, headers: Mapping[str, str], body: bytes) -> Received:
    """Verify and parse. ``webhook_secret`` may hold several secrets between spaces while one is changed.

    Raises ReceiptRefusedError.
    """
    if len(body) > SIZE_LIMIT:
        raise ReceiptRefusedError(f"The body is larger than {SIZE_LIMIT:,} bytes.", status=413)
    _check_signature(str(settings.get("webhook_secret") or "").split(), headers, body)
    told = _read(body)
    message_id = f"{SCHEME}{hashlib.sha256(body).hexdigest()}"
    found = [told["post"]] if isinstance(told.get("post"), dict) and _is_heard(settings, told["post"]) else []
    posts, rejected = read_posts(found, Forum.of(settings).url)
    return Received(message_id=message_id, posts=[*posts, *_topic_gone(settings, told)], rejected=rejected)


def _check_signature(known: list[str], headers: Mapping[str, str], body: bytes) -> None:
    """Compare all, in constant time, and look at the outcome only in the end."""
    if not known:
        raise ReceiptRefusedError("This source has no secret yet.", status=401)
    given = {name.lower(): value for name, value in headers.items()}
    signature = given.get("x-discourse-event-signature", "").strip()
    if not signature:
        raise ReceiptRefusedError("The header X-Discourse-Event-Signature is missing.", status=401)
    expected = [SCHEME + hmac.new(each.encode(), body, hashlib.sha256).hexdigest() for each in known]
    matches = [hmac.compare_digest(each.encode(), signature.encode()) for each in expected]
    if not any(matches):
        raise ReceiptRefusedError(
            "X-Discourse-Event-Signature is not of this message and our secret.", status=401
        )


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise ReceiptRefusedError("The body is not JSON.", status=400) from None
    if not isinstance(told, dict):
        raise ReceiptRefusedError("The body is not an object.", status=400)
    return told


def _is_heard(settings: Settings, post: Mapping[str, Any]) -> bool:
    """A forum pushes what its webhook is set to, which may be more than what the source listens to."""
    kind = str(settings.get("listen_to") or LATEST)
    return kind == LATEST or (kind == TOPIC and str(post.get("topic_id")) == _own_topic(settings))


def _own_topic(settings: Settings) -> str | None:
    try:
        return topic_of(settings)
    except PollFailedError:
        return None


def _topic_gone(settings: Settings, told: Mapping[str, Any]) -> list[RawPost]:
    """Of what is told of topics, only that one was deleted, and its first post with it."""
    topic = told.get("topic")
    if not isinstance(topic, dict) or not topic.get("deleted_at") or not isinstance(topic.get("id"), int):
        return []
    return [gone(f"{topic['id']}/{FIRST}")] if _is_heard(settings, {"topic_id": topic["id"]}) else []
