"""What Instagram pushes: comments below our media, and that somebody named us elsewhere."""

import json
from collections.abc import Mapping

from oneroof.listening.sources.base import Received, Rejected, Settings
from oneroof.listening.sources.graph import inner
from oneroof.listening.sources.instagram.parse import UnreadableEntryError, read_change
from oneroof.listening.sources.meta_webhooks import Change, believed_id, changes_of

COMMENTS = frozenset({"comments", "live_comments"})
MENTIONS = "mentions"


def receive(settings: Settings, headers: Mapping[str, str], body: bytes) -> Received:
    """Raises ReceiptRefusedError."""
    message_id, account_id = (
        believed_id(settings, headers, body),
        str(settings.get("account_id") or "").strip(),
    )
    posts, rejected, mentions = [], [], []
    for number, change in enumerate(changes_of(body, "instagram"), start=1):
        try:
            _check_ours(change, account_id)
            if change.field in COMMENTS:
                posts.append(read_change(change))
            elif change.field == MENTIONS:
                mentions.append(_mention(change))
        except UnreadableEntryError as error:
            raw = json.dumps(dict(change.value), default=str)
            rejected.append(Rejected(f"change {number}", str(error), raw))
    gap = {"mentions": mentions} if mentions else None
    return Received(message_id=message_id, posts=posts, rejected=rejected, gap=gap)


def _mention(change: Change) -> dict[str, str]:
    """It says where, and not what."""
    found = {"medium": inner(change.value, "media_id"), "comment": inner(change.value, "comment_id")}
    if not found["medium"].isdecimal():
        raise UnreadableEntryError("It names no medium.")
    return found


def _check_ours(change: Change, account_id: str) -> None:
    """An app has one address for all its accounts; a source is one of them."""
    if change.account != account_id:
        raise UnreadableEntryError(f"It is of another account, {change.account[:60]}.")
