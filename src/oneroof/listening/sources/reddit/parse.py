"""Things as Reddit's API returns them become posts: ``t3`` a link or text, ``t1`` a comment.

Fields: www.reddit.com/dev/api and github.com/reddit-archive/reddit/wiki/JSON. All is asked for with
``raw_json=1``, so that nothing is escaped twice.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.visible import text_of_html

POST, COMMENT, MORE = "t3", "t1", "more"
WEB = "https://www.reddit.com"
NOBODY = "[deleted]"
NO_WORDS = frozenset({"[deleted]", "[removed]"})

type Thing = Mapping[str, Any]
"""A thing's ``data``, in which ``name`` is its full name, kind first."""


class UnreadableThingError(ValueError):
    """A thing that has not what a post needs."""


def read_things(
    things: Iterable[Thing], *, to_us: bool | None = None
) -> tuple[list[RawPost], list[Rejected]]:
    """Posts, and what could not be read."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, thing in enumerate(things, start=1):
        try:
            posts.append(read_thing(thing, to_us=to_us))
        except UnreadableThingError as error:
            rejected.append(Rejected(f"thing {number}", str(error), json.dumps(dict(thing), default=str)))
    return posts, rejected


def read_thing(thing: Thing, *, to_us: bool | None = None) -> RawPost:
    """Raises UnreadableThingError."""
    if is_gone(thing):
        return _gone(thing)
    if not thing.get("author"):
        raise UnreadableThingError("It has no author.")
    preview = thing.get("post_hint") == "image" or bool(thing.get("is_gallery"))
    return RawPost(
        external_id=str(thing["name"]),
        author_handle=str(thing["author"]),
        text=text_of(thing),
        created_at=_moment(thing, "created_utc"),
        edited_at=_moment(thing, "edited") if _is_number(thing.get("edited")) else None,
        parent_id=str(thing["parent_id"]) if thing.get("parent_id") else None,
        ancestor_ids=_above(thing),
        url=_url(thing),
        reposts=_count(thing.get("num_crossposts")),
        likes=_count(thing.get("score")),
        kind="comment" if is_comment(thing) else "post",
        addressed_to_us=to_us,
        attachments=_attachments(thing),
        has_image=preview,
    )


def text_of(thing: Thing) -> str:
    """What one reads there: the title, and the words without their Markdown."""
    if is_comment(thing):
        return _visible(thing, "body")
    return "\n\n".join(
        piece for piece in (str(thing.get("title") or ""), _visible(thing, "selftext")) if piece
    )


def source_of(thing: Thing) -> str:
    """The Markdown that a comment was written in."""
    return str(thing.get("body") or "")


def is_comment(thing: Thing) -> bool:
    return str(thing["name"]).startswith(f"{COMMENT}_")


def is_gone(thing: Thing) -> bool:
    """Deleted by its author, or removed. An account that was deleted leaves its words standing."""
    if is_comment(thing):
        return thing.get("author") == NOBODY and thing.get("body") in NO_WORDS
    return bool(thing.get("removed_by_category")) or (
        thing.get("author") == NOBODY and thing.get("selftext") in NO_WORDS
    )


def things_in(listing: Any) -> list[Thing]:
    """The posts and comments of a listing, in its order, each with its full name."""
    return [named(child) for child in children_of(listing) if child["kind"] in {POST, COMMENT}]


def children_of(listing: Any) -> list[dict[str, Any]]:
    """Those that have a kind and something to say."""
    inside = listing.get("data") if isinstance(listing, dict) else None
    found = inside.get("children") if isinstance(inside, dict) else None
    return [
        child
        for child in (found if isinstance(found, list) else ())
        if isinstance(child, dict) and isinstance(child.get("data"), dict) and child["data"].get("id")
        and isinstance(child.get("kind"), str)
    ]  # fmt: skip


def named(child: Mapping[str, Any]) -> Thing:
    return {**child["data"], "name": f"{child['kind']}_{child['data']['id']}"}


def said_at(thing: Thing) -> float:
    """Unix time; the end of all time where it is not told, so that it ends no search backwards."""
    found = thing.get("created_utc")
    return float(found) if isinstance(found, int | float) else float("inf")


def _gone(thing: Thing) -> RawPost:
    return RawPost(
        external_id=str(thing["name"]),
        author_handle="",
        text="",
        created_at=_moment(thing, "created_utc"),
        parent_id=str(thing["parent_id"]) if thing.get("parent_id") else None,
        deleted=True,
    )


def _above(thing: Thing) -> tuple[str, ...]:
    """Of what stands above the parent, the link is known."""
    link = thing.get("link_id")
    return (str(link),) if link and link != thing.get("parent_id") else ()


def _visible(thing: Thing, name: str) -> str:
    html = thing.get(f"{name}_html")
    return text_of_html(html) if isinstance(html, str) and html else str(thing.get(name) or "")


def _url(thing: Thing) -> str:
    path = thing.get("permalink") or thing.get("context")  # in the inbox a comment has a context
    return f"{WEB}{str(path).partition('?')[0]}" if path else ""


def _attachments(thing: Thing) -> tuple[str, ...]:
    url = thing.get("url_overridden_by_dest") or thing.get("url")
    return () if thing.get("is_self") or is_comment(thing) or not isinstance(url, str) else (url,)


def _moment(thing: Thing, name: str) -> datetime:
    try:
        return parse_moment(thing.get(name))
    except UnreadableMomentError as error:
        raise UnreadableThingError(f"{name}: {error}") from error


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
