"""From the body of an answer to the posts of a feed, in any of its formats. Pure."""

import calendar
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser

from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.fields import UnreadablePostError
from oneroof.listening.sources.rss.decoding import decoded
from oneroof.listening.sources.rss.discovery import feeds_of_page
from oneroof.listening.sources.rss.entry import Entry, Feed, ids_of, post_from, urljoined
from oneroof.listening.sources.rss.json_feed import entries_of_json, feed_of_json, json_feed_of
from oneroof.listening.sources.rss.markup import UnreadableFeedError, root_of, safe_xml
from oneroof.listening.sources.rss.pace import DAYS, Wishes, update_period
from oneroof.listening.sources.visible import text_of_html

MOST_ENTRIES = 5_000
HEAD = 100_000
SKIPPED_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
SKIPPED_DAY = re.compile(r"<day>\s*([A-Za-z]{6,9})\s*</day>", re.IGNORECASE)
FIRST_ENTRY = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
ADDRESS_AND_NAME = re.compile(r"([^\s@<>()]{1,64}@[^\s@<>()]{1,255})\s{0,5}(?:\(([^()]{0,200})\))?")
OLDER_PAGES = ("next", "prev-archive")
"""RFC 5005, sections 3 and 4."""
READ_SO = {
    "response_headers": {"content-type": "application/xml; charset=utf-8"},
    "resolve_relative_uris": False,
    "sanitize_html": False,
}
"""We say what charset it is, resolve addresses ourselves, and show visible text alone."""


class NotAFeedError(UnreadableFeedError):
    """A web page; ``offers`` are the feeds that it names."""

    def __init__(self, reason: str, offers: Sequence[str]) -> None:
        super().__init__(reason)
        self.offers = tuple(offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer held, in the feed's order. ``older`` is the address of the page before it, or empty."""

    posts: Sequence[RawPost]
    rejected: Sequence[Rejected] = ()
    wishes: Wishes = field(default_factory=Wishes)
    older: str = ""
    is_whole: bool = True


def parse_page(body: bytes, content_type: str, url: str, heard_at: datetime) -> Page:
    """Raises UnreadableFeedError, and NotAFeedError for a web page."""
    text = decoded(body, content_type).lstrip("\ufeff \t\r\n")
    if not text:
        raise UnreadableFeedError("The answer is empty.")
    if text[0] in "{[":
        return _json_page(text, url, heard_at)
    root, start = root_of(text)
    if not root:
        raise UnreadableFeedError("It is neither XML nor JSON.")
    if root in {"html", "head", "body"}:
        offers = feeds_of_page(text, url)
        named = f" It names these feeds: {', '.join(offers)}." if offers else " It names no feed."
        raise NotAFeedError(f"This is a web page and not a feed.{named}", offers)
    return _xml_page(text, root, start, url, heard_at)


def _json_page(text: str, url: str, heard_at: datetime) -> Page:
    document = json_feed_of(text)
    entries = entries_of_json(document, MOST_ENTRIES)
    feed, older = feed_of_json(document, url, heard_at)
    left = len(document["items"]) - MOST_ENTRIES
    return _page(entries, feed, left=left, older=urljoined(url, older))


def _xml_page(text: str, root: str, start: int, url: str, heard_at: datetime) -> Page:
    data, is_whole = safe_xml(text, start)
    try:
        read = feedparser.parse(io.BytesIO(data), **READ_SO)
        about, entries = dict(read.feed), [_entry(dict(each)) for each in read.entries[:MOST_ENTRIES]]
    except Exception as error:  # whatever a library stumbles over in what strangers wrote
        raise UnreadableFeedError(
            f"It could not be read as a feed: {type(error).__name__}: {error}."
        ) from error
    if not entries and not read.version:
        raise UnreadableFeedError(f"It is not a feed: its outermost element is <{root}>.")
    feed = Feed(
        url=url,
        heard_at=heard_at,
        author=_words(about, "author") or text_of_html(_words(about, "title")[:1_000]) or _host(url),
        lang=_words(about, "language") or None,
    )
    return _page(
        entries,
        feed,
        left=len(read.entries) - MOST_ENTRIES,
        wishes=_wishes(about, text[start : start + HEAD]),
        older=urljoined(url, _link(about, OLDER_PAGES)),
        is_whole=is_whole,
    )


def _page(entries: Sequence[Entry | str], feed: Feed, *, left: int, **more: Any) -> Page:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    kept = [each for each in entries if isinstance(each, Entry)]
    ids = iter(ids_of(kept))
    for number, entry in enumerate(entries, start=1):
        try:
            posts.append(post_from(_readable(entry), next(ids), feed))
        except UnreadablePostError as error:
            shown = entry.shown() if isinstance(entry, Entry) else entry
            rejected.append(Rejected(f"entry {number}", str(error), shown))
    if left > 0:
        rejected.append(Rejected("the rest", f"{left:,} entries beyond {MOST_ENTRIES:,} were left", ""))
    return Page(posts=posts, rejected=rejected, **more)


def _readable(entry: Entry | str) -> Entry:
    if isinstance(entry, str):
        raise UnreadablePostError("it is not an object")
    return entry


def _entry(said: Mapping[str, Any]) -> Entry:
    """Of feedparser's, as a plain dict: its own maps one key to another, and warns."""
    body = _body(said)
    files, images = _media(said)
    author, email = _author(said)
    return Entry(
        id=_words(said, "id"),
        link=_words(said, "link") or _link(said, ("alternate", "related")),
        title=_words(said, "title"),
        title_is_plain=_is_plain(said.get("title_detail")),
        body=_words(body, "value"),
        body_is_plain=_is_plain(body),
        author=author,
        email=email,
        published=_moment(said, "published") or _moment(said, "created"),
        updated=_moment(said, "updated"),
        dated=_words(said, "published") or _words(said, "updated"),
        lang=_words(body, "language") or _words(said, "language") or None,
        parent=_parent(said),
        files=files,
        images=images,
        raw={name: value for name, value in said.items() if isinstance(value, str)},
    )


def _author(said: Mapping[str, Any]) -> tuple[str, str]:
    """Name and address. RSS writes both in one, which feedparser takes apart for short top-level domains alone."""
    written = _words(said, "author").strip()
    if found := ADDRESS_AND_NAME.fullmatch(written):
        return (found[2] or "").strip(), found[1]
    detail = said.get("author_detail") or {}
    return _words(detail, "name") or written, _words(detail, "email")


def _body(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content, where several are given the longest; else the summary."""
    contents = [dict(each) for each in said.get("content") or () if _words(each, "value")]
    if contents:
        return max(contents, key=lambda content: len(content["value"]))
    return {"value": _words(said, "summary"), **dict(said.get("summary_detail") or {})}


def _is_plain(detail: Mapping[str, Any] | None) -> bool:
    return bool(detail) and str((detail or {}).get("type")) == "text/plain"


def _media(said: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Addresses of what is attached, and of those that are pictures."""
    links = [each for each in said.get("links") or () if each.get("rel") == "enclosure"]
    shown = [*links, *(said.get("media_content") or ()), *(said.get("media_thumbnail") or ())]
    files, images = [], [_words(each, "url") for each in said.get("media_thumbnail") or ()]
    for each in shown:
        address = _words(each, "href") or _words(each, "url")
        files.append(address)
        if _words(each, "type").startswith("image/") or each.get("medium") == "image":
            images.append(address)
    return [each for each in files if each], [each for each in images if each]


def _parent(said: Mapping[str, Any]) -> str:
    """Atom's threading extension (RFC 4685)."""
    answered = said.get("thr_in-reply-to") or {}
    return _words(answered, "ref") if isinstance(answered, Mapping) else ""


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    parsed = said.get(f"{name}_parsed")
    try:
        if parsed:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        return parse_moment(_words(said, name))
    except (UnreadableMomentError, ValueError, OverflowError, OSError, TypeError):
        return None


def _words(said: Mapping[str, Any], name: str) -> str:
    value = dict.get(said, name) if isinstance(said, dict) else said.get(name)
    return value if isinstance(value, str) else ""


def _link(said: Mapping[str, Any], relations: Sequence[str]) -> str:
    for relation in relations:
        for each in said.get("links") or ():
            if each.get("rel") == relation and _words(each, "href"):
                return _words(each, "href")
    return ""


def _wishes(about: Mapping[str, Any], head: str) -> Wishes:
    first = FIRST_ENTRY.search(head)
    channel = head[: first.start()] if first else head
    hours = {int(hour) % 24 for hour in SKIPPED_HOUR.findall(channel)}
    days = {DAYS.index(day.lower()) for day in SKIPPED_DAY.findall(channel) if day.lower() in DAYS}
    return Wishes(
        seconds=update_period(
            about.get("ttl"), about.get("sy_updateperiod"), about.get("sy_updatefrequency")
        ),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or "unknown"
