"""One page of the list, and where the next one is.

A position is what tells one page from the next, in JSON: a page's number, an offset, a cursor, or an address in
which secrets are only named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import PollFailedError, RawPost, Rejected, Settings
from oneroof.listening.sources.json.filling import address_with, headers_with, hidden, secrets_of
from oneroof.listening.sources.json.parse import read_entries
from oneroof.listening.sources.json.paths import found_at, kind_of
from oneroof.listening.sources.json_api import Answer, failure_of, get_answer

NONE, PAGE, OFFSET, CURSOR, NEXT, LINK = "none", "page", "offset", "cursor", "next", "link"
PLACES = {PAGE: "{page}", OFFSET: "{offset}", CURSOR: "{cursor}"}
"""Of a way of paging, what the address must have a place for."""
ISO, UNIX, MILLISECONDS, DAY = "iso", "unix", "milliseconds", "day"
NEXT_LINK = re.compile(r"<([^<>]*)>\s*;[^,<]*\brel\s*=\s*\"?next\b", re.IGNORECASE)
CURSOR_LIMIT = 2_000

type Position = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    posts: Sequence[RawPost]
    rejected: Sequence[Rejected]
    following: Position | None

    @property
    def ids(self) -> set[str]:
        return {post.external_id for post in self.posts}


def first_position(settings: Settings) -> Position:
    match settings.get("paging"):
        case "page":
            first = settings.get("first_page")
            return {PAGE: 1 if first in (None, "") else int(str(first))}
        case "offset":
            return {OFFSET: 0}
    return {}


def read_page(settings: Settings, client: SafeClient, position: Position, since: datetime) -> Page:
    """Raises PollFailedError, in which no secret is named."""
    with unspoken(settings):
        words = {**secrets_of(settings), **position, "since": written(since, settings)}
        url = address_with(str(position.get("url") or settings.get("address") or ""), words)
        answer = get_answer(client, url, headers=headers_with(str(settings.get("headers") or ""), words))
        if answer.status != 200 or answer.value is None:
            raise failure_of(answer, host_of(settings))
        entries = _entries(answer.value, settings)
        posts, rejected = read_entries(entries, settings)
        following = _following(answer, settings, position, url, len(entries))
    return Page(posts, rejected, following if following != position else None)


def host_of(settings: Settings) -> str:
    return urlsplit(str(settings.get("address") or "")).netloc.rpartition("@")[2]


@contextmanager
def unspoken(settings: Settings) -> Iterator[None]:
    """What goes wrong is told without our secrets."""
    try:
        yield
    except PollFailedError as error:
        error.reason = hidden(error.reason, settings)
        error.args = (error.reason,)
        raise


def written(moment: datetime, settings: Settings) -> str:
    """A time as the other side wants to be asked."""
    match settings.get("since_format"):
        case "unix":
            return f"{moment.timestamp():.0f}"
        case "milliseconds":
            return f"{moment.timestamp() * 1000:.0f}"
        case "day":
            return f"{moment.astimezone(UTC):%Y-%m-%d}"
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _entries(value: Any, settings: Settings) -> list[Any]:
    where = str(settings.get("list_at") or "").strip()
    found = found_at(value, where)
    if isinstance(found, list):
        return found
    place = f"At “{where}” of the answer" if where else "In the answer"
    inside = f" The answer is {kind_of(value)}." if where else ""
    raise PollFailedError(f"{place} there is no list, but {kind_of(found)}.{inside}")


def _following(
    answer: Answer, settings: Settings, position: Position, url: str, count: int
) -> Position | None:
    if not count:
        return None
    match settings.get("paging"):
        case "page":
            return {PAGE: int(position[PAGE]) + 1}
        case "offset":
            return {OFFSET: int(position[OFFSET]) + count}
        case "cursor":
            found = found_at(answer.value, str(settings.get("next_at") or "\0"))
            is_word = isinstance(found, (str, int)) and not isinstance(found, bool) and found != ""
            return {CURSOR: str(found)[:CURSOR_LIMIT]} if is_word else None
        case "next":
            return _at_address(found_at(answer.value, str(settings.get("next_at") or "\0")), settings, url)
        case "link":
            found = NEXT_LINK.search(answer.headers.get("link", ""))
            return _at_address(found and found[1], settings, url)
    return None


def _at_address(found: Any, settings: Settings, url: str) -> Position | None:
    """An address of the same host: our headers go along, and go nowhere else."""
    if not isinstance(found, str) or not found.strip():
        return None
    there = urljoin(url, found.strip())
    if _origin(there) != _origin(url):
        raise PollFailedError(f"The next page is said to be elsewhere: {there[:200]}. We do not go there.")
    return {"url": hidden(there, settings)}


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
