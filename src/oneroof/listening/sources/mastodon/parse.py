"""Statuses as Mastodon's API returns them (docs.joinmastodon.org/entities/Status) become posts."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import text_of_html

PICTURES = frozenset({"image", "gifv"})


class UnreadableStatusError(ValueError):
    """A status that has not what a post needs."""


def read_statuses(
    found: Iterable[Any], host: str, *, to_us: bool | None = None
) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read. Boosts are somebody else's words, heard where they were said."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, status in enumerate(found, start=1):
        try:
            if not (isinstance(status, dict) and status.get("reblog")):
                posts.append(read_status(status, host, to_us=to_us))
        except UnreadableStatusError as error:
            rejected.append(Rejected(f"status {number}", str(error), json.dumps(status, default=str)))
    return posts, rejected


def read_status(status: Any, host: str, *, to_us: bool | None = None) -> RawPost:
    """Raises UnreadableStatusError. ``host`` is the server that was asked: its own accounts come without one."""
    if not isinstance(status, dict) or not status.get("id"):
        raise UnreadableStatusError("It has no id.")
    account = status.get("account")
    if not isinstance(account, dict) or not account.get("acct"):
        raise UnreadableStatusError("It has no author.")
    media = [each for each in _list(status.get("media_attachments")) if isinstance(each, dict)]
    return RawPost(
        external_id=str(status["id"]),
        author_handle=handle_of(account, host),
        author_name=str(account.get("display_name") or ""),
        text=text_of(status),
        created_at=_moment(status.get("created_at"), "created_at"),
        edited_at=_moment(status["edited_at"], "edited_at") if status.get("edited_at") else None,
        parent_id=str(status["in_reply_to_id"]) if status.get("in_reply_to_id") else None,
        url=str(status.get("url") or status.get("uri") or ""),
        lang=str(status["language"])[:12] if status.get("language") else None,
        followers=_count(account.get("followers_count")),
        reposts=_count(status.get("reblogs_count")),
        likes=_count(status.get("favourites_count")),
        addressed_to_us=to_us,
        attachments=tuple(str(each["url"]) for each in media if each.get("url")),
        has_image=any(each.get("type") in PICTURES for each in media),
    )


def text_of(status: Mapping[str, Any]) -> str:
    """What one reads there: the warning, the words, the poll's options, the descriptions of what is attached."""
    poll = status.get("poll") if isinstance(status.get("poll"), dict) else {}
    options = [each.get("title") for each in _list((poll or {}).get("options")) if isinstance(each, dict)]
    media = [
        each.get("description") for each in _list(status.get("media_attachments")) if isinstance(each, dict)
    ]
    spoken = [status.get("spoiler_text"), text_of_html(str(status.get("content") or "")), *options, *media]
    return "\n\n".join(str(piece) for piece in spoken if piece)


def gone(status_id: str) -> RawPost:
    """A status that was deleted; when, nobody tells."""
    return RawPost(external_id=status_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def handle_of(account: Mapping[str, Any], host: str) -> str:
    """``name@server``, for accounts of the asked server too."""
    name = str(account["acct"])
    if "@" in name:
        return name
    return f"{name}@{urlsplit(str(account.get('url') or '')).hostname or host.partition(':')[0]}"


def _moment(written: Any, name: str) -> Any:
    try:
        return parse_moment(written)
    except UnreadableMomentError as error:
        raise UnreadableStatusError(f"{name}: {error}") from error


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
