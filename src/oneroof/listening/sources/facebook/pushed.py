"""What Facebook pushes: changes of the Page's feed, signed."""

import json
from collections.abc import Mapping

from oneroof.listening.sources.base import Received, Rejected, Settings
from oneroof.listening.sources.facebook.parse import UnreadableEntryError, read_change
from oneroof.listening.sources.meta_webhooks import Change, believed_id, changes_of

FIELDS = frozenset({"feed", "mention"})


def receive(settings: Settings, headers: Mapping[str, str], body: bytes) -> Received:
    """Raises ReceiptRefusedError."""
    message_id, page_id = believed_id(settings, headers, body), str(settings.get("page_id") or "").strip()
    posts, rejected = [], []
    for number, change in enumerate(changes_of(body, "page"), start=1):
        try:
            if change.field in FIELDS and (said := read_change(_ours(change, page_id), page_id)):
                posts.append(said)
        except UnreadableEntryError as error:
            raw = json.dumps(dict(change.value), default=str)
            rejected.append(Rejected(f"change {number}", str(error), raw))
    return Received(message_id=message_id, posts=posts, rejected=rejected)


def _ours(change: Change, page_id: str) -> Change:
    """An app has one address for all its Pages; a source is one of them."""
    if change.account != page_id:
        raise UnreadableEntryError(f"It is of another Page, {change.account[:60]}.")
    return change
