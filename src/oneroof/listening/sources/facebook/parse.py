"""Posts and comments of a Page become posts: developers.facebook.com/docs/graph-api/reference/page-post,
…/comment, …/webhooks/reference/page/#feed. People have no handles: they are known by the id that the Page sees."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.graph import count_of, inner, listed
from oneroof.listening.sources.meta_webhooks import Change
from oneroof.listening.sources.visible import storable

COMMENT = (
    "id,message,created_time,from{id,name},parent{id},permalink_url,like_count,can_comment,"
    "attachment{type,url,media}"
)
POST = "id,message,created_time,updated_time,from{id,name},permalink_url,shares,attachments{media_type,url,media}"
PICTURES = frozenset({"photo", "animated_image_share", "sticker", "album"})
SAID = frozenset({"add", "edit", "edited", "update"})
EDITED = frozenset({"edit", "edited", "update"})
POSTS = frozenset({"post", "status", "photo", "video", "share", "link", "note", "album", "mention"})
UNKNOWN = "unknown"
"""Whose name Facebook keeps from us."""


class UnreadableEntryError(ValueError):
    """An entry that has not what a post needs."""


def read_entries(
    found: Iterable[Mapping[str, Any]], page_id: str, *, below: str | None = None
) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read. ``below``: the post whose comments they are."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(found, start=1):
        try:
            posts.append(read_entry(entry, page_id, below=below))
        except UnreadableEntryError as error:
            rejected.append(Rejected(f"entry {number}", str(error), json.dumps(entry, default=str)))
    return posts, rejected


def read_entry(entry: Mapping[str, Any], page_id: str, *, below: str | None = None) -> RawPost:
    """A post of the feed, or (``below``) a comment. Raises UnreadableEntryError."""
    if not inner(entry, "id"):
        raise UnreadableEntryError("It has no id.")
    author = inner(entry, "from", "id") or UNKNOWN
    shown = listed(entry.get("attachments")) if below is None else [entry.get("attachment") or {}]
    return RawPost(
        external_id=inner(entry, "id"),
        author_handle=author,
        author_name=storable(inner(entry, "from", "name")),
        text=storable(text_of(entry)),
        created_at=_moment(entry.get("created_time")),
        parent_id=inner(entry, "parent", "id") or below,
        url=inner(entry, "permalink_url"),
        likes=count_of(entry.get("like_count")),
        reposts=count_of((entry.get("shares") or {}).get("count")) if _is_object(entry, "shares") else None,
        kind="post" if below is None else "comment",
        addressed_to_us=author != page_id,
        said_by_us=author == page_id,
        attachments=tuple(url for each in shown if (url := inner(each, "url"))),
        has_image=any(_is_picture(each) for each in shown),
    )


def text_of(entry: Mapping[str, Any]) -> str:
    return inner(entry, "message") or inner(entry, "story")


def gone(external_id: str) -> RawPost:
    """It was deleted; when, nobody tells."""
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def is_of_feed(external_id: str, page_id: str) -> bool:
    """Posts are named ``page_post``, comments ``post_comment``."""
    return external_id.startswith(f"{page_id}_")


def read_change(change: Change, page_id: str) -> RawPost | None:
    """What the webhook told; None where nothing was said. Raises UnreadableEntryError."""
    told, item, verb = change.value, inner(change.value, "item"), inner(change.value, "verb")
    is_comment = item == "comment"
    if (not is_comment and item not in POSTS) or told.get("published") == 0:
        return None
    external_id = inner(told, "comment_id" if is_comment else "post_id")
    if not external_id:
        raise UnreadableEntryError("It has no id.")
    if verb == "remove":
        return gone(external_id)
    return _said(change, external_id, page_id, is_comment=is_comment) if verb in SAID else None


def _said(change: Change, external_id: str, page_id: str, *, is_comment: bool) -> RawPost:
    told = change.value
    author = inner(told, "from", "id") or inner(told, "sender_id") or UNKNOWN
    pictures = [inner(told, "photo"), *(each for each in _list(told.get("photos")) if isinstance(each, str))]
    parent = inner(told, "parent_id") or inner(told, "post_id")
    return RawPost(
        external_id=external_id,
        author_handle=author,
        author_name=storable(inner(told, "from", "name") or inner(told, "sender_name")),
        text=storable(inner(told, "message")),
        created_at=_moment(told["created_time"]) if told.get("created_time") else change.at,
        edited_at=change.at if inner(told, "verb") in EDITED else None,
        parent_id=parent if is_comment and parent != external_id else None,
        url=inner(told, "post", "permalink_url"),
        kind="comment" if is_comment else "post",
        addressed_to_us=author != page_id,
        said_by_us=author == page_id,
        attachments=tuple(each for each in pictures if each),
        has_image=any(pictures),
    )


def _moment(written: Any) -> Any:
    try:
        return parse_moment(written)
    except UnreadableMomentError as error:
        raise UnreadableEntryError(f"created_time: {error}") from error


def _is_picture(shown: Any) -> bool:
    return inner(shown, "media_type") in PICTURES or inner(shown, "type") in PICTURES


def _is_object(entry: Mapping[str, Any], name: str) -> bool:
    return isinstance(entry.get(name), dict)


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
