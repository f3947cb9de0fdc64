"""Comments, replies and media become posts: developers.facebook.com/docs/instagram-platform, reference of
ig-comment, ig-media, ig-user/tags, ig-user/mentioned_comment, …/mentioned_media; the webhooks' field ``comments``.

What stands elsewhere and names us is known as ``mention/medium[/comment]``: it is read and answered by other ways.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.graph import count_of, inner
from oneroof.listening.sources.meta_webhooks import Change
from oneroof.listening.sources.visible import storable

REPLY = "id,text,timestamp,username,from{id,username},like_count,parent_id"
COMMENT = f"{REPLY},media{{id}}"
MEDIA = "id,caption,timestamp,username,permalink,media_type,like_count,comments_count"
UNKNOWN = "unknown"
"""Whose name Instagram keeps from us."""

MENTION = "mention/"

type Read = Callable[[Mapping[str, Any]], RawPost]


class UnreadableEntryError(ValueError):
    """An entry that has not what a post needs."""


def read_all(found: Iterable[Mapping[str, Any]], read: Read) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(found, start=1):
        try:
            posts.append(read(entry))
        except UnreadableEntryError as error:
            rejected.append(Rejected(f"entry {number}", str(error), json.dumps(entry, default=str)))
    return posts, rejected


def comment_reader(me: str, *, below: str = "", url: str = "") -> Read:
    """Of comments below that medium, or of replies below that comment, where they do not say it themselves."""

    def read(entry: Mapping[str, Any]) -> RawPost:
        parent = inner(entry, "parent_id") or below or inner(entry, "media", "id")
        return _post(entry, me, text=inner(entry, "text"), parent=parent, url=url, kind="comment")

    return read


def media_reader(me: str) -> Read:
    """Of media: our own, and those in which others name us."""

    def read(entry: Mapping[str, Any]) -> RawPost:
        text, url = inner(entry, "caption"), inner(entry, "permalink")
        return _post(entry, me, text=text, parent="", url=url, kind="post")

    return read


def mention_reader(me: str) -> Read:
    """Of media that name us."""
    read_medium = media_reader(me)
    return lambda entry: replace(read_medium(entry), external_id=mention_id(_id(entry)))


def mention_id(medium: str, comment: str = "") -> str:
    return f"{MENTION}{medium}/{comment}" if comment else f"{MENTION}{medium}"


def mention_of(external_id: str) -> tuple[str, str] | None:
    """Medium and comment (or nothing) of what names us elsewhere."""
    if not external_id.startswith(MENTION):
        return None
    medium, _slash, comment = external_id.removeprefix(MENTION).partition("/")
    return medium, comment


def gone(external_id: str) -> RawPost:
    """It was deleted; when, nobody tells."""
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def read_change(change: Change) -> RawPost:
    """A comment that was pushed; it says no time of its own. Raises UnreadableEntryError.

    With Instagram's own login we may be known there by another id than ours: then the source's handles tell.
    """
    told = change.value
    author = inner(told, "from", "username") or UNKNOWN
    is_ours = inner(told, "from", "id") == change.account
    return RawPost(
        external_id=_id(told),
        author_handle=author,
        text=storable(inner(told, "text")),
        created_at=change.at,
        parent_id=inner(told, "parent_id") or inner(told, "media", "id") or None,
        kind="comment",
        addressed_to_us=not is_ours,
        said_by_us=is_ours or None,
    )


def said_at(entry: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_moment(entry.get("timestamp"))
    except UnreadableMomentError:
        return None


def _post(entry: Mapping[str, Any], me: str, *, text: str, parent: str, url: str, kind: str) -> RawPost:
    author = inner(entry, "username") or inner(entry, "from", "username") or UNKNOWN
    try:
        created_at = parse_moment(entry.get("timestamp"))
    except UnreadableMomentError as error:
        raise UnreadableEntryError(f"timestamp: {error}") from error
    return RawPost(
        external_id=_id(entry),
        author_handle=author,
        text=storable(text),
        created_at=created_at,
        parent_id=parent or None,
        url=url,
        likes=count_of(entry.get("like_count")),
        kind=kind,
        addressed_to_us=author.lower() != me.lower(),
        said_by_us=author.lower() == me.lower(),
        has_image=kind == "post",
    )


def _id(entry: Mapping[str, Any]) -> str:
    if not (found := inner(entry, "id")):
        raise UnreadableEntryError("It has no id.")
    return found
