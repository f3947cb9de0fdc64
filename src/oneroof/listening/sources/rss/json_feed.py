"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.rss.entry import Entry, Feed
from oneroof.listening.sources.rss.markup import UnreadableFeedError

type Document = Mapping[str, Any]


def json_feed_of(text: str) -> Document:
    """Raises UnreadableFeedError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFeedError(f"It begins like JSON, and is not: {str(error)[:200]}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise UnreadableFeedError("It is JSON, but not a JSON Feed: it has no list of items.")
    return document


def feed_of_json(document: Document, url: str, heard_at: datetime) -> tuple[Feed, str]:
    """What the items share, and the address of the page before."""
    author = _author(document)
    feed = Feed(
        url=url,
        heard_at=heard_at,
        author=_text(author, "name") or _text(document, "title") or urlsplit(url).hostname or "unknown",
        lang=_text(document, "language") or None,
    )
    return feed, _text(document, "next_url")


def entries_of_json(document: Document, most: int) -> list[Entry | str]:
    """The first items; one that is no object as it was written."""
    return [_entry(each) if isinstance(each, dict) else _shown(each) for each in document["items"][:most]]


def _shown(item: object) -> str:
    return json.dumps(item)[:10_000]


def _entry(item: Document) -> Entry:
    plain = _text(item, "content_text")
    attached = [each for each in _list(item, "attachments") if isinstance(each, dict)]
    pictures = [each for each in attached if _text(each, "mime_type").startswith("image/")]
    return Entry(
        id=_identifier(item),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        title_is_plain=True,
        body=_text(item, "content_html") or plain or _text(item, "summary"),
        body_is_plain=not _text(item, "content_html"),
        author=_text(_author(item), "name"),
        published=_moment(item, "date_published"),
        updated=_moment(item, "date_modified"),
        dated=_text(item, "date_published"),
        lang=_text(item, "language") or None,
        files=[_text(each, "url") for each in attached if _text(each, "url")],
        images=[url for url in (*(_text(each, "url") for each in pictures), _text(item, "image")) if url],
        raw=item,
    )


def _identifier(item: Document) -> str:
    """Text, though numbers are met with; a reader has to take those (version 1.1, “id”)."""
    found = item.get("id")
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return ""
    return str(found)


def _author(said: Document) -> Document:
    """The first of ``authors``, or version 1's ``author``."""
    named = [*_list(said, "authors"), said.get("author")]
    return next((each for each in named if isinstance(each, dict)), {})


def _moment(item: Document, name: str) -> datetime | None:
    try:
        return parse_moment(_text(item, name))
    except UnreadableMomentError:
        return None


def _text(said: Document, name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _list(said: Document, name: str) -> Sequence[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else ()
