"""What a search finds: ``/search.json`` tells which posts, and each that is new is read by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, Settings
from oneroof.listening.sources.discourse.client import (
    PAGES_AT_ONCE,
    days_back,
    number_of,
    pause,
    words_of,
)
from oneroof.listening.sources.discourse.forum import Forum
from oneroof.listening.sources.discourse.parse import read_posts
from oneroof.listening.sources.json_api import NotAllowedError, NotFoundError

READ_AT_ONCE = 20
KNOWN_KEPT = 500


def poll_search(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What is new of what it finds, the oldest first; the rest is found again at the next poll."""
    forum, words = Forum.of(settings), words_of(settings, "what to search for")
    since = str(cursor.get("since") or clock.ago(days=days_back(settings)).date().isoformat())
    known = [int(each) for each in cursor.get("known", ())]
    finds = _find(forum, client, f"{words} order:latest after:{since}", set(known))
    new = sorted(set(finds.ids) - set(known))
    now = _each_read(forum, client, new[:READ_AT_ONCE])
    posts, rejected = read_posts(now, forum.url, titles=finds.titles)
    return Batch(
        posts=posts,
        rejected=rejected,
        cursor={"since": since, "known": [*known, *new[:READ_AT_ONCE]][-KNOWN_KEPT:]},
        next_poll_after=pause(is_more=len(new) > READ_AT_ONCE),
        gap={"before": min(finds.ids), "since": since, "fillable": False} if finds.is_cut else None,
    )


@dataclass(slots=True)
class Finds:
    """Ids of posts, and the titles of their topics; ``is_cut`` where there was more than we ask for."""

    ids: list[int] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


def _find(forum: Forum, client: SafeClient, words: str, known: set[int]) -> Finds:
    """Back to a page that holds something known."""
    finds = Finds()
    for page in range(1, PAGES_AT_ONCE + 1):
        told = forum.checked(forum.get(client, "/search.json", q=words, page=page))
        ids = [number for each in forum.listed(told, "posts") if (number := number_of(each))]
        finds.ids += ids
        finds.titles |= _titles(told)
        finds.is_cut = bool(ids) and not known & set(ids) and _has_more(told)
        if not finds.is_cut:
            break
    return finds


def _titles(told: Mapping[str, Any]) -> dict[str, str]:
    topics = told.get("topics")
    listed = topics if isinstance(topics, list) else []
    return {str(each.get("id")): str(each.get("title") or "") for each in listed if isinstance(each, dict)}


def _has_more(told: Mapping[str, Any]) -> bool:
    about = told.get("grouped_search_result")
    return isinstance(about, dict) and bool(about.get("more_full_page_results"))


def _each_read(forum: Forum, client: SafeClient, ids: list[int]) -> list[dict[str, Any]]:
    read = []
    for post_id in ids:
        try:
            read.append(forum.by_id(client, post_id))
        except (NotFoundError, NotAllowedError):
            continue  # deleted, or moved away, since the search's index was made
    return read
