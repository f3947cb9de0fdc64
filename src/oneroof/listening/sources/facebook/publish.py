"""A reply leaves as a comment of the Page below what it answers.

Facebook takes no key of ours: after an attempt of unknown outcome the comments are read for our own words. A reply
to a reply is put below the comment that both stand under, so that is read as well.
"""

import time
from collections.abc import Iterator
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import (
    Draft,
    Length,
    NotThere,
    Outcome,
    PollFailedError,
    ReadBack,
    Refused,
    Seen,
    Sent,
    Settings,
    Standing,
    Target,
    Unknown,
)
from oneroof.listening.sources.facebook.page import Page, quoted
from oneroof.listening.sources.facebook.parse import COMMENT, is_of_feed, text_of
from oneroof.listening.sources.graph import inner, pages
from oneroof.listening.sources.json_api import NotFoundError

LENGTH = Length(limit=8_000)
PAGES_READ = 10
LOOKS_AGAIN_AFTER = 3.0
PAGE = 100
SHOWN_AT = "https://www.facebook.com/"


def can_answer(settings: Settings) -> bool:
    return bool(settings.get("access_token"))


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """``POST /{object}/comments``: developers.facebook.com/docs/graph-api/reference/object/comments."""
    if (over := -LENGTH.left(draft.text)) > 0:
        return Refused(f"The reply is too long by {over}.", permanent=True)
    try:
        page = Page.of(settings)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=True)
    outcome = page.graph.post(client, f"{quoted(draft.to.external_id)}/comments", message=draft.text)
    return (
        Sent(outcome.external_id, f"{SHOWN_AT}{outcome.external_id}")
        if isinstance(outcome, Sent)
        else outcome
    )


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look at the newest comments below what is answered for our own words; twice, for they may show late."""
    found = _look(settings, draft, client)
    if isinstance(found, NotThere):
        time.sleep(LOOKS_AGAIN_AFTER)
        found = _look(settings, draft, client)
    return found


def _look(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    try:
        page = Page.of(settings)
        for parent in _parents(page, draft.to.external_id, client):
            for comment in _newest_below(page, parent, client):
                if _is_ours(comment, page, draft):
                    found = inner(comment, "id")
                    return Sent(found, inner(comment, "permalink_url") or f"{SHOWN_AT}{found}")
    except PollFailedError as failed:
        return Unknown(failed.reason)
    except _TooManyError:
        return Unknown("There are more comments than are read.")
    return NotThere()


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    try:
        page = Page.of(settings)
        entry = page.entry(client, target.external_id)
        below = list(_newest_below(page, target.external_id, client, pages_read=1))
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    except _TooManyError as many:
        below = many.read
    if entry.get("can_comment") is False:
        return Seen(Standing.CLOSED, text=text_of(entry))
    return Seen(
        Standing.THERE if _plain(text_of(entry)) == _plain(target.text) else Standing.CHANGED,
        text=text_of(entry),
        answered_by=_answered_by(entry, below, target),
    )


class _TooManyError(Exception):
    """There are more than are read; ``read`` are those that were."""

    def __init__(self, read: list[dict[str, Any]]) -> None:
        super().__init__()
        self.read = read


def _newest_below(
    page: Page, parent: str, client: SafeClient, *, pages_read: int = PAGES_READ
) -> Iterator[dict[str, Any]]:
    asked = {"fields": COMMENT, "filter": "stream", "order": "reverse_chronological", "limit": PAGE}
    read: list[dict[str, Any]] = []
    onward: str | None = None
    edge = f"{quoted(parent)}/comments"
    for entries, onward in pages(page.graph, client, edge, at_most=pages_read, **asked):  # noqa: B007
        read += entries
        yield from entries
    if onward is not None:
        raise _TooManyError(read)


def _parents(page: Page, external_id: str, client: SafeClient) -> list[str]:
    if is_of_feed(external_id, page.id):
        return [external_id]
    above = inner(page.entry(client, external_id), "parent", "id")
    return [external_id, above] if above else [external_id]


def _answered_by(entry: dict[str, Any], below: list[dict[str, Any]], target: Target) -> tuple[str, ...]:
    """Names, for ids tell a person nothing."""
    author = inner(entry, "from", "id")
    others = [
        inner(each, "from", "name") or inner(each, "from", "id")
        for each in below
        if inner(each, "from", "id") not in {author, ""} and inner(each, "id") not in target.earlier_replies
    ]
    return tuple(dict.fromkeys(others))


def _is_ours(comment: dict[str, Any], page: Page, draft: Draft) -> bool:
    return (
        inner(comment, "from", "id") == page.id
        and inner(comment, "id") not in draft.to.earlier_replies
        and _plain(text_of(comment)) == _plain(draft.text)
    )


def _plain(text: str) -> str:
    return " ".join(text.split())
