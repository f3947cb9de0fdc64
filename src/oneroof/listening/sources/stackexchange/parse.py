"""Questions, answers and comments (api.stackexchange.com/docs/types) become posts: ``q1``, ``a2``, ``c3``.

Questions and answers are numbered together, comments apart; of a comment the default filter does not tell what its
post is, so that those we asked about are passed.
"""

import json
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import text_of_html

type Read = tuple[list[RawPost], list[Rejected]]


class UnreadableEntryError(ValueError):
    """What came has not what a post needs."""


def read_all(found: Iterable[Any], origin: str, posts: Mapping[str, str] | None = None) -> Read:
    """``origin`` is where people read the site; ``posts`` tells, of a comment's ``post_id``, our name of it."""
    read: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, each in enumerate(found, start=1):
        try:
            read.append(_read(each, origin, posts or {}))
        except UnreadableEntryError as error:
            rejected.append(Rejected(f"entry {number}", str(error), json.dumps(each, default=str)))
    return read, rejected


def name_of(entry: Any) -> str:
    """``q1``, ``a2`` or ``c3``; empty where it is none of them."""
    known = entry if isinstance(entry, dict) else {}
    for letter, field in (("c", "comment_id"), ("a", "answer_id"), ("q", "question_id")):
        if isinstance(known.get(field), int):
            return f"{letter}{known[field]}"
    return ""


def gone(name: str) -> RawPost:
    """One that is not shown any more; when it went, nobody tells."""
    return RawPost(external_id=name, author_handle="", text="", created_at=clock.now(), deleted=True)


def _read(entry: Any, origin: str, posts: Mapping[str, str]) -> RawPost:
    name = name_of(entry)
    if not name:
        raise UnreadableEntryError("It is no question, answer or comment.")
    handle, author = _author(entry)
    return RawPost(
        external_id=name,
        author_handle=handle,
        author_name=author,
        text=_text(entry),
        created_at=_moment(entry, "creation_date"),
        edited_at=_moment(entry, "last_edit_date") if entry.get("last_edit_date") else None,
        parent_id=_parent(name, entry, posts),
        url=_url(name, entry, origin),
        likes=_count(entry.get("score")),
    )


def _author(entry: Mapping[str, Any]) -> tuple[str, str]:
    """By number, for names are neither unique nor lasting; who has left has a name alone."""
    owner = entry.get("owner")
    known = owner if isinstance(owner, dict) else {}
    name = unescape(str(known.get("display_name") or ""))
    handle = str(known.get("user_id") or name)
    if not handle:
        raise UnreadableEntryError("It has no author.")
    return handle, name


def _text(entry: Mapping[str, Any]) -> str:
    """The title and the words; a title with which the words begin is not said twice."""
    title = unescape(str(entry.get("title") or "")).strip()
    words = text_of_html(str(entry.get("body") or ""))
    return words if words.startswith(title) else f"{title}\n\n{words}".strip()


def _parent(name: str, entry: Mapping[str, Any], posts: Mapping[str, str]) -> str | None:
    if name.startswith("a"):
        return f"q{entry['question_id']}" if entry.get("question_id") else None
    if name.startswith("c"):
        return posts.get(str(entry.get("post_id")))
    return None


def _url(name: str, entry: Mapping[str, Any], origin: str) -> str:
    if name.startswith("c"):
        post = entry.get("post_id")
        return f"{origin}/a/{post}#comment{name[1:]}_{post}" if isinstance(post, int) else ""
    return str(entry.get("link") or "") or f"{origin}/{name[0]}/{name[1:]}"


def _moment(entry: Mapping[str, Any], field: str) -> Any:
    try:
        return parse_moment(entry.get(field))
    except UnreadableMomentError as error:
        raise UnreadableEntryError(f"{field}: {error}") from error


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
