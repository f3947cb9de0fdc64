"""Comments as YouTube's API returns them become posts (developers.google.com/youtube/v3/docs/comments and
/commentThreads).

The id of an answer begins with that of its thread: *thread.answer*. Answers lie flat, one level deep.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.json_api import url_with
from oneroof.listening.sources.visible import storable
from oneroof.listening.sources.youtube.service import record, records

WATCH = "https://www.youtube.com/watch"
HANDLE = re.compile(r"@[^\s@]{1,60}")


class UnreadableCommentError(ValueError):
    """A comment that has not what a post needs."""


def read_comments(
    found: Iterable[Any], own_channel: str = "", *, channel: str = ""
) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read. ``channel`` is where they stand, where they do not say so themselves."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, comment in enumerate(found, start=1):
        try:
            posts.append(read_comment(comment, own_channel, channel=channel))
        except UnreadableCommentError as error:
            rejected.append(Rejected(f"comment {number}", str(error), json.dumps(comment, default=str)))
    return posts, rejected


def read_comment(comment: Any, own_channel: str = "", *, channel: str = "") -> RawPost:
    """Raises UnreadableCommentError. ``own_channel`` is our account's, where we know it."""
    snippet = record(record(comment).get("snippet"))
    if not record(comment).get("id") or not snippet:
        raise UnreadableCommentError("It has no id.")
    handle = handle_of(snippet)
    if not handle:
        raise UnreadableCommentError("It has no author.")
    said_at, changed_at = (
        _moment(snippet, "publishedAt"),
        _moment(snippet, "updatedAt", else_from="publishedAt"),
    )
    stands_with_us = bool(own_channel) and str(snippet.get("channelId") or channel) == own_channel
    return RawPost(
        external_id=str(comment["id"]),
        author_handle=handle,
        author_name=str(snippet.get("authorDisplayName") or "").lstrip("@"),
        text=text_of(snippet),
        created_at=said_at,
        edited_at=changed_at if changed_at != said_at else None,
        parent_id=str(snippet["parentId"]) if snippet.get("parentId") else None,
        url=url_of(snippet, str(comment["id"])),
        likes=_count(snippet.get("likeCount")),
        addressed_to_us=True if stands_with_us else None,
        said_by_us=True if own_channel and author_of(snippet) == own_channel else None,
    )


def comments_of(thread: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a thread shows of itself: the comment it began with, and a few answers."""
    top = record(thread.get("snippet")).get("topLevelComment")
    return [*records([top]), *records(record(thread.get("replies")).get("comments"))]


def text_of(snippet: Mapping[str, Any]) -> str:
    """Plain, for we ask for plain text."""
    return storable(str(snippet.get("textDisplay") or snippet.get("textOriginal") or "")).strip()


def handle_of(snippet: Mapping[str, Any]) -> str:
    """The author's name with its @ off; the channel's id for those who have no such name."""
    name = str(snippet.get("authorDisplayName") or "")
    return name.lstrip("@") if HANDLE.fullmatch(name) else author_of(snippet) or name


def author_of(snippet: Mapping[str, Any]) -> str:
    """The id of the author's channel."""
    return str(record(snippet.get("authorChannelId")).get("value") or "")


def url_of(snippet: Mapping[str, Any], comment_id: str) -> str:
    video = snippet.get("videoId")
    return url_with(WATCH, {"v": video, "lc": comment_id}) if video else ""


def thread_of(comment_id: str) -> str:
    return comment_id.partition(".")[0]


def gone(comment_id: str) -> RawPost:
    """A comment that was deleted; when, nobody tells."""
    return RawPost(external_id=comment_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _moment(snippet: Mapping[str, Any], name: str, else_from: str = "") -> datetime:
    try:
        return parse_moment(snippet.get(name) or snippet.get(else_from))
    except UnreadableMomentError as error:
        raise UnreadableCommentError(f"{name}: {error}") from error


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
