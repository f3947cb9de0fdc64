"""One entry of a feed, whatever the format, becomes a post. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from oneroof.listening.sources.base import EXTERNAL_ID_LIMIT, HANDLE_LIMIT, NAME_LIMIT, RawPost
from oneroof.listening.sources.fields import TEXT_LIMIT, UnreadablePostError, post_of
from oneroof.listening.sources.visible import images_of_html, storable, text_of_html

MARKUP_LIMIT = 4 * TEXT_LIMIT
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
WORDS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What all entries of a page share: where it was fetched, when, and who speaks where nobody is named."""

    url: str
    heard_at: datetime
    author: str = ""
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """As it stands in the feed. ``title`` and ``body`` are markup unless they are said to be plain."""

    id: str = ""
    link: str = ""
    title: str = ""
    title_is_plain: bool = False
    body: str = ""
    body_is_plain: bool = False
    author: str = ""
    email: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    dated: str = ""
    lang: str | None = None
    parent: str = ""
    files: Sequence[str] = ()
    images: Sequence[str] = ()
    raw: Mapping[str, object] = field(default_factory=dict)

    def shown(self) -> str:
        """For whoever looks at what was set aside."""
        return json.dumps(self.raw, ensure_ascii=False, default=str)[:TEXT_LIMIT]


def post_from(entry: Entry, external_id: str, feed: Feed) -> RawPost:
    """Raises UnreadablePostError."""
    said_at = _said_at(entry, feed.heard_at)
    images = [*entry.images, *_images(entry)]
    return post_of(
        {
            "external_id": external_id,
            "author_handle": _author(entry, feed)[:HANDLE_LIMIT],
            "author_name": _line(entry.author)[:NAME_LIMIT],
            "text": text_of(entry),
            "created_at": said_at,
            "edited_at": entry.updated if _is_edit(entry, said_at, feed.heard_at) else None,
            "parent_id": named(entry.parent) if entry.parent else None,
            "url": urljoined(feed.url, entry.link),
            "lang": entry.lang or feed.lang,
            "attachments": [urljoined(feed.url, each) for each in dict.fromkeys([*entry.files, *images])],
            "has_image": bool(images),
        }
    )


def ids_of(entries: Sequence[Entry]) -> list[str]:
    """Each entry's own id, else its link, else a hash of what it says.

    Some feeds give the same id to all; there, what tells the entries apart is added.
    """
    plain = [entry.id or entry.link for entry in entries]
    links: dict[str, set[str]] = {}
    for one, entry in zip(plain, entries, strict=True):
        links.setdefault(one, set()).add(entry.link)
    return [
        named(f"{one} {entry.link}" if len(links[one]) > 1 else one) if one else _hashed(_told(entry))
        for one, entry in zip(plain, entries, strict=True)
    ]


def named(one: str) -> str:
    """As an external id: short enough, and storable."""
    clean = storable(one).strip()
    return clean if 0 < len(clean) <= EXTERNAL_ID_LIMIT else _hashed(clean)


def text_of(entry: Entry) -> str:
    """Title and body as a person sees them; the title goes where the body begins with it."""
    title = " ".join(_visible(entry.title, is_plain=entry.title_is_plain).split())
    body = _visible(entry.body, is_plain=entry.body_is_plain)
    start = title.rstrip(" …").removesuffix("...")
    if not title or WORDS.sub(" ", body[: 2 * len(title)]).startswith(start or title):
        return body or title
    return f"{title}\n\n{body}" if body else title


def urljoined(base: str, address: str) -> str:
    """Absolute; empty where it is no address."""
    try:
        return urljoin(base, address.strip()) if address.strip() else ""
    except ValueError:
        return ""


def _visible(markup: str, *, is_plain: bool) -> str:
    if len(markup) > MARKUP_LIMIT:
        raise UnreadablePostError(f"text is longer than {TEXT_LIMIT:,} characters")
    return storable(markup).strip() if is_plain else text_of_html(markup)


def _images(entry: Entry) -> Sequence[str]:
    return () if entry.body_is_plain or len(entry.body) > MARKUP_LIMIT else images_of_html(entry.body)


def _author(entry: Entry, feed: Feed) -> str:
    """The address where one is given, since names are not unique; else the name; else the feed's."""
    return _line(entry.email) or _line(entry.author) or _line(feed.author)


def _line(text: str) -> str:
    return " ".join(storable(text[:1_000]).split())


def _said_at(entry: Entry, heard_at: datetime) -> datetime:
    """What the entry says, unless it says nothing or what can't be: then when we heard it."""
    stated = (moment for moment in (entry.published, entry.updated) if moment is not None)
    return next((moment for moment in stated if EARLIEST <= moment <= heard_at + AHEAD), heard_at)


def _is_edit(entry: Entry, said_at: datetime, heard_at: datetime) -> bool:
    return entry.updated is not None and said_at < entry.updated <= heard_at + AHEAD


def _told(entry: Entry) -> str:
    return "\n".join((entry.title, entry.body, entry.author, entry.dated))


def _hashed(told: str) -> str:
    return f"sha256:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()}"
