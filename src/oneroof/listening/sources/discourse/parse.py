"""Posts as Discourse's API and webhooks give them (app/serializers/post_serializer.rb) become posts of ours.

A post is known by its topic and its number there, ``47/3``, since that is how answers refer to it: decision 0100.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.discourse.cooked import pictures_of_cooked, text_of_cooked

REGULAR = 1
"""``post_type``; others are whispers among staff, and what the forum says of itself."""
LIKE = 2
"""``post_action_type_id``."""
FIRST = 1


class UnreadablePostError(ValueError):
    """A post that has not what a post needs."""


def read_posts(
    found: Iterable[Mapping[str, Any]], base: str, *, titles: Mapping[str, str] | None = None
) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read. ``base`` is the forum's address, ``titles`` are topics' by their ids."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, post in enumerate(found, start=1):
        try:
            if is_said(post):
                posts.append(read_post(post, base, title=(titles or {}).get(str(post.get("topic_id")), "")))
        except UnreadablePostError as error:
            rejected.append(Rejected(f"post {number}", str(error), json.dumps(dict(post), default=str)))
    return posts, rejected


def read_post(post: Mapping[str, Any], base: str, *, title: str = "") -> RawPost:
    """Raises UnreadablePostError."""
    external_id = id_of(post)
    if is_gone(post):
        return gone(external_id)
    if not post.get("username"):
        raise UnreadablePostError("It has no author.")
    pictures = pictures_of_cooked(str(post.get("cooked") or ""), base)
    return RawPost(
        external_id=external_id,
        author_handle=str(post["username"]),
        author_name=str(post.get("name") or ""),
        text=text_of(post, title=title),
        created_at=_moment(post.get("created_at"), "created_at"),
        edited_at=_edited_at(post),
        parent_id=_parent_of(post),
        ancestor_ids=_above(post),
        url=url_of(post, base),
        likes=_likes(post),
        attachments=pictures,
        has_image=bool(pictures),
    )


def text_of(post: Mapping[str, Any], *, title: str = "") -> str:
    """The words; before the first post of a topic, its title."""
    words = text_of_cooked(str(post.get("cooked") or ""), str(post.get("raw") or ""))
    heading = str(post.get("topic_title") or title) if post.get("post_number") == FIRST else ""
    return "\n\n".join(piece for piece in (heading, words) if piece)


def id_of(post: Mapping[str, Any]) -> str:
    """Raises UnreadablePostError."""
    topic, number = post.get("topic_id"), post.get("post_number")
    if not _is_count(topic) or not _is_count(number):
        raise UnreadablePostError("It has no topic or no number.")
    return f"{topic}/{number}"


def place_of(external_id: str) -> tuple[str, str]:
    """Topic and number."""
    topic, _slash, number = external_id.partition("/")
    return topic, number


def url_of(post: Mapping[str, Any], base: str) -> str:
    return f"{base}/t/{post.get('topic_slug') or '-'}/{post['topic_id']}/{post['post_number']}"


def is_said(post: Mapping[str, Any]) -> bool:
    """By a person, to all; what was hidden because it was flagged is not shown, and may come back."""
    is_hidden = post.get("hidden") and not is_gone(post)
    return (
        post.get("post_type", REGULAR) == REGULAR
        and not is_hidden
        and post.get("topic_archetype", "regular") == "regular"
    )


def is_gone(post: Mapping[str, Any]) -> bool:
    """What its author deletes stays for a day as “(post deleted by author)”."""
    return bool(post.get("deleted_at") or post.get("user_deleted"))


def gone(external_id: str) -> RawPost:
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _parent_of(post: Mapping[str, Any]) -> str | None:
    """What answers nothing by number answers the topic."""
    if post["post_number"] == FIRST:
        return None
    number = post.get("reply_to_post_number")
    return f"{post['topic_id']}/{number if _is_count(number) else FIRST}"


def _above(post: Mapping[str, Any]) -> tuple[str, ...]:
    """Of what stands above the parent, the topic is known."""
    topic = f"{post['topic_id']}/{FIRST}"
    return (topic,) if _parent_of(post) not in {None, topic} else ()


def _edited_at(post: Mapping[str, Any]) -> datetime | None:
    version = post.get("version")
    is_edited = isinstance(version, int) and version > 1 and post.get("updated_at")
    return _moment(post["updated_at"], "updated_at") if is_edited else None


def _likes(post: Mapping[str, Any]) -> int | None:
    actions = post.get("actions_summary")
    if not isinstance(actions, list):
        return None
    counts = [each.get("count") for each in actions if isinstance(each, dict) and each.get("id") == LIKE]
    return next((count for count in counts if _is_count(count)), 0)


def _moment(written: Any, name: str) -> datetime:
    try:
        return parse_moment(written)
    except UnreadableMomentError as error:
        raise UnreadablePostError(f"{name}: {error}") from error


def _is_count(found: Any) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and found > 0
