"""Hits and items of HN Search become posts. A hit's text stands under the name of its kind; an item is a tree."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import text_of_html

SHOWN_AT = "https://news.ycombinator.com/item?id="


class UnreadableItemError(ValueError):
    """What came has not what a post needs."""


def read_hits(hits: Iterable[Any]) -> tuple[list[RawPost], list[Rejected]]:
    """Of ``search_by_date``: objectID, author, title, story_text or comment_text, parent_id, points …"""
    return _read_each(hits, "hit", _of_hit)


def read_items(items: Iterable[Any]) -> tuple[list[RawPost], list[Rejected]]:
    """Of ``items/{id}``: id, author, title, text, parent_id, created_at_i, points; no author where it is gone."""
    return _read_each(items, "item", _of_item)


def is_gone(node: Mapping[str, Any]) -> bool:
    """A deleted item keeps its place in the tree, without author and text."""
    return not node.get("author") and not node.get("text") and not node.get("title")


def gone(item_id: str) -> RawPost:
    """An item that is not there any more; when it went, nobody tells."""
    return RawPost(external_id=item_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _read_each(
    found: Iterable[Any], word: str, read: Callable[[Mapping[str, Any]], RawPost]
) -> tuple[list[RawPost], list[Rejected]]:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, each in enumerate(found, start=1):
        try:
            posts.append(read(_checked(each)))
        except UnreadableItemError as error:
            rejected.append(Rejected(f"{word} {number}", str(error), json.dumps(each, default=str)))
    return posts, rejected


def _checked(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise UnreadableItemError("It is no object.")
    return found


def _of_hit(hit: Mapping[str, Any]) -> RawPost:
    written = hit.get("comment_text") or hit.get("story_text") or hit.get("text")
    return _post(str(hit.get("objectID") or ""), hit, written)


def _of_item(node: Mapping[str, Any]) -> RawPost:
    item_id = str(node.get("id") or "")
    return gone(item_id) if item_id and is_gone(node) else _post(item_id, node, node.get("text"))


def _post(item_id: str, told: Mapping[str, Any], written: Any) -> RawPost:
    if not item_id:
        raise UnreadableItemError("It has no id.")
    if not told.get("author"):
        raise UnreadableItemError("It has no author.")
    pieces = [str(told.get("title") or ""), text_of_html(str(written or ""))]
    return RawPost(
        external_id=item_id,
        author_handle=str(told["author"]),
        text="\n\n".join(piece for piece in pieces if piece),
        created_at=_moment(told),
        parent_id=str(told["parent_id"]) if told.get("parent_id") else None,
        url=f"{SHOWN_AT}{item_id}",
        likes=_count(told.get("points")),
        attachments=(str(told["url"]),) if told.get("url") else (),
    )


def _moment(told: Mapping[str, Any]) -> Any:
    try:
        return parse_moment(told.get("created_at_i") or told.get("created_at"))
    except UnreadableMomentError as error:
        raise UnreadableItemError(f"created_at: {error}") from error


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
