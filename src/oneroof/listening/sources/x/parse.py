"""Posts as X's API v2 returns them (docs.x.com/x-api/fundamentals/data-dictionary) become posts of ours.

Every edit is a post of its own with an id of its own; all of them name the whole line (*edit_history_tweet_ids*).
The first id stands for the post, so that an edited post is the same post.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.x.ids import moment_of
from oneroof.listening.sources.x.service import record, records

SITE = "https://x.com"
UNKNOWN_LANGUAGES = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
OLD_LANGUAGES = {"in": "id", "iw": "he", "ji": "yi"}
PICTURES = frozenset({"photo", "animated_gif"})
EDITED_WITHIN = timedelta(days=1)
"""X lets a post be edited for an hour."""
STATUS_LINK = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status/(\d+)", re.IGNORECASE)


class UnreadablePostError(ValueError):
    """A post that has not what one needs."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What comes along with posts: authors, media, polls and other posts, by their keys."""

    users: Mapping[str, dict[str, Any]]
    media: Mapping[str, dict[str, Any]]
    polls: Mapping[str, dict[str, Any]]
    posts: Mapping[str, dict[str, Any]]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Beside":
        included = record(told.get("includes"))
        return cls(
            _by(included.get("users"), "id"),
            _by(included.get("media"), "media_key"),
            _by(included.get("polls"), "id"),
            _by(included.get("tweets"), "id"),
        )


def read_page(told: Mapping[str, Any], own_id: str = "") -> tuple[list[RawPost], list[Rejected]]:
    """All that an answer holds: no reposts, for what is reposted was said elsewhere, and no older wordings."""
    return read_posts(_found(told), Beside.of(told), own_id)


def read_posts(
    found: Iterable[Any], beside: Beside, own_id: str = ""
) -> tuple[list[RawPost], list[Rejected]]:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, each in enumerate(found, start=1):
        try:
            if referenced(record(each), "retweeted") is None and is_latest(record(each)):
                posts.append(read_post(each, beside, own_id))
        except UnreadablePostError as error:
            rejected.append(Rejected(f"post {number}", str(error), json.dumps(each, default=str)))
    return posts, rejected


def read_post(post: Any, beside: Beside, own_id: str = "") -> RawPost:
    """Raises UnreadablePostError. ``own_id`` is our account's, where we know it."""
    if not isinstance(post, dict) or not post.get("id"):
        raise UnreadablePostError("It has no id.")
    author = beside.users.get(str(post.get("author_id")))
    if author is None or not author.get("username"):
        raise UnreadablePostError("It has no author.")
    media = media_of(post, beside)
    counts, reach = record(post.get("public_metrics")), record(author.get("public_metrics"))
    said_at, edited_at = _moments(post)
    parent = referenced(post, "replied_to")
    to_us = bool(own_id) and str(post.get("in_reply_to_user_id")) == own_id
    return RawPost(
        external_id=first_id(post),
        author_handle=str(author["username"]),
        author_name=str(author.get("name") or ""),
        text=text_of(post, beside),
        created_at=said_at,
        edited_at=edited_at,
        parent_id=first_id(beside.posts.get(parent, {"id": parent})) if parent else None,
        url=url_of(author["username"], post["id"]),
        lang=_language(post.get("lang")),
        followers=_count(reach.get("followers_count")),
        reposts=_count(counts.get("retweet_count")),
        likes=_count(counts.get("like_count")),
        addressed_to_us=True if to_us else None,
        said_by_us=True if own_id and str(post.get("author_id")) == own_id else None,
        attachments=tuple(url for each in media if (url := each.get("url") or each.get("preview_image_url"))),
        has_image=any(each.get("type") in PICTURES for each in media),
    )


def text_of(post: Mapping[str, Any], beside: Beside) -> str:
    """What one reads there: the words with their links spelt out, a poll's options, what pictures show."""
    keys = record(post.get("attachments")).get("poll_ids")
    polls = [beside.polls[key] for key in _words(keys) if key in beside.polls]
    options = [each.get("label") for poll in polls for each in records(poll.get("options"))]
    shown = [each.get("alt_text") for each in media_of(post, beside)]
    return "\n\n".join(str(piece) for piece in (words_of(post), *options, *shown) if piece)


def words_of(post: Mapping[str, Any]) -> str:
    """The whole of a long post; links as they lead, without those to its own pictures and to what it quotes."""
    long = record(post.get("note_tweet"))
    text = str(long.get("text") or post.get("text") or "")
    entities = record(long.get("entities") if long.get("text") else post.get("entities"))
    quoted = referenced(post, "quoted")
    for link in records(entities.get("urls")):
        short, leads_to = str(link.get("url") or ""), str(link.get("expanded_url") or "")
        if short:
            text = text.replace(short, "" if _is_shown(link, leads_to, quoted) else leads_to or short)
    return unescape(text).strip()


def first_id(post: Mapping[str, Any]) -> str:
    return next(iter(_words(post.get("edit_history_tweet_ids"))), str(post.get("id") or ""))


def latest_id(post: Mapping[str, Any]) -> str:
    return next(reversed(_words(post.get("edit_history_tweet_ids"))), str(post.get("id") or ""))


def is_latest(post: Mapping[str, Any]) -> bool:
    """Asked for by an earlier id, a post comes as it was worded then."""
    return latest_id(post) == str(post.get("id") or "")


def referenced(post: Mapping[str, Any], kind: str) -> str | None:
    """The id of the post that this one ``replied_to``, ``quoted`` or ``retweeted``."""
    found = records(post.get("referenced_tweets"))
    return next((str(each.get("id")) for each in found if each.get("type") == kind and each.get("id")), None)


def media_of(post: Mapping[str, Any], beside: Beside) -> list[dict[str, Any]]:
    keys = _words(record(post.get("attachments")).get("media_keys"))
    return [beside.media[key] for key in keys if key in beside.media]


def gone_of(told: Mapping[str, Any]) -> list[RawPost]:
    """What was asked for by id and is not shown any more: deleted, or its author hid it or was suspended."""
    problems = [each for each in records(told.get("errors")) if each.get("parameter") in {"ids", "id"}]
    ids = [str(each.get("value") or each.get("resource_id") or "") for each in problems]
    return [gone(post_id) for post_id in dict.fromkeys(ids) if post_id]


def gone(post_id: str) -> RawPost:
    """A post that was deleted; when, nobody tells."""
    return RawPost(external_id=post_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def url_of(username: str, post_id: str) -> str:
    return f"{SITE}/{username}/status/{post_id}"


def _is_shown(link: Mapping[str, Any], leads_to: str, quoted: str | None) -> bool:
    found = STATUS_LINK.match(leads_to)
    return bool(link.get("media_key")) or bool(found and found[1] == quoted)


def _moments(post: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
    """When it was said, and when edited: an edit has a time of its own, the first id tells the first one's."""
    try:
        written = parse_moment(post.get("created_at"))
    except UnreadableMomentError as error:
        raise UnreadablePostError(f"created_at: {error}") from error
    if first_id(post) == str(post["id"]):
        return written, None
    first = moment_of(first_id(post))
    return (first if first and timedelta(0) <= written - first < EDITED_WITHIN else written), written


def _found(told: Mapping[str, Any]) -> Sequence[Any]:
    data = told.get("data")
    return data if isinstance(data, list) else [data] if isinstance(data, dict) else []


def _by(found: Any, name: str) -> dict[str, dict[str, Any]]:
    return {str(each[name]): each for each in records(found) if each.get(name)}


def _words(found: Any) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []


def _language(found: Any) -> str | None:
    if not isinstance(found, str) or not found or found in UNKNOWN_LANGUAGES:
        return None
    return OLD_LANGUAGES.get(found, found)[:12]


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
