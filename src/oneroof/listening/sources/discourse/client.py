"""Hear a forum: all that is said, what a search finds, or one topic."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import Batch, Cursor, PollFailedError, RawPost, Settings
from oneroof.listening.sources.discourse.forum import Forum
from oneroof.listening.sources.discourse.parse import UnreadablePostError, gone, id_of, read_posts
from oneroof.listening.sources.json_api import NotAllowedError, NotFoundError

PAGE = 50
PAGES_AT_ONCE = 5
MISSING_ASKED = 5
EVERY = 60.0
SOON = 5.0
DAYS_BACK = 7

LATEST, SEARCH, TOPIC = "latest", "search", "topic"

type Known = list[list[Any]]
"""Pairs of a post's id at the forum, a number that rises, and ours for it."""


@dataclass(slots=True)
class Stretch:
    """What was ``found`` of the latest posts, newest first, back to what was asked for where ``is_whole``."""

    until_id: int | None
    until: datetime | None
    before: int | None = None
    is_whole: bool = False
    found: list[dict[str, Any]] = field(default_factory=list)


def poll_latest(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    forum, newest = Forum.of(settings), cursor.get("newest")
    stretch = Stretch(newest, None if newest else clock.ago(days=days_back(settings)))
    read_back(forum, client, stretch)
    absent = _absent(cursor.get("recent", []), stretch.found)
    again = ask_missing(forum, client, absent)
    posts, rejected = read_posts([*stretch.found, *again.found], forum.url)
    gap = _gap(stretch)
    return Batch(
        posts=[*posts, *again.gone],
        rejected=rejected,
        cursor={
            "newest": max([newest or 0, *map(number_of, stretch.found)]),
            "recent": [*absent[MISSING_ASKED:], *known_of(stretch.found)],
        },
        next_poll_after=pause(is_more=gap is not None),
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back, until what was known before, or as many days as were asked for."""
    forum = Forum.of(settings)
    until = datetime.fromisoformat(gap["until"]) if gap.get("until") else None
    stretch = Stretch(gap.get("until_id"), until, before=gap["before"])
    read_back(forum, client, stretch)
    posts, rejected = read_posts(stretch.found, forum.url)
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=_gap(stretch))


def read_back(forum: Forum, client: SafeClient, stretch: Stretch) -> None:
    """Pages of ``/posts.json`` (lib/latest_posts_query.rb), a few at most; it then goes on before them."""
    for _page in range(PAGES_AT_ONCE):
        told = forum.checked(forum.get(client, "/posts.json", before=stretch.before))
        page = [each for each in forum.listed(told, "latest_posts") if number_of(each)]
        oldest = min(map(number_of, page), default=0)
        is_end = not page or (stretch.before is not None and oldest >= stretch.before)
        stretch.found += page
        stretch.before = oldest or stretch.before
        if is_end or any(_is_known(each, stretch) for each in page):
            stretch.is_whole = True
            return


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for because it was not shown: ``found`` after all, or ``gone``."""

    found: Sequence[dict[str, Any]]
    gone: Sequence[RawPost]


def ask_missing(forum: Forum, client: SafeClient, absent: Known) -> Asked:
    """Whether they are gone. Each is a request: a few at a time."""
    there, missing = [], []
    for post_id, external_id in absent[:MISSING_ASKED]:
        try:
            there.append(forum.by_id(client, post_id))
        except NotFoundError:
            missing.append(gone(external_id))
        except NotAllowedError:
            continue  # moved out of our sight, and not gone
    return Asked(there, missing)


def known_of(found: Sequence[Mapping[str, Any]]) -> Known:
    """The newest of them, once each."""
    ids: dict[int, str] = {}
    for each in sorted(found, key=number_of, reverse=True)[:PAGE]:
        try:
            ids[number_of(each)] = id_of(each)
        except UnreadablePostError:
            continue  # set aside with its reason
    return [list(pair) for pair in ids.items()]


def number_of(post: Mapping[str, Any]) -> int:
    """Its id at the forum; 0 where it has none."""
    found = post.get("id")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def days_back(settings: Settings) -> int:
    days = settings.get("days_back")
    return DAYS_BACK if days in (None, "") else max(0, int(days))


def pause(*, is_more: bool) -> float:
    return (SOON if is_more else EVERY) * random.uniform(0.9, 1.1)  # noqa: S311 - politeness


def _absent(recent: Known, found: Sequence[Mapping[str, Any]]) -> Known:
    """Those that must be shown and are not; where a whole page came, older ones were pushed out by newer."""
    shown = {number_of(each) for each in found}
    oldest = min(shown, default=0) if len(found) >= PAGE else 0
    return [each for each in recent if each[0] not in shown and each[0] > oldest]


def _is_known(post: Mapping[str, Any], stretch: Stretch) -> bool:
    if stretch.until_id is not None and number_of(post) <= stretch.until_id:
        return True
    try:
        return stretch.until is not None and parse_moment(post.get("created_at")) < stretch.until
    except UnreadableMomentError:
        return False


def _gap(stretch: Stretch) -> dict[str, Any] | None:
    if stretch.is_whole:
        return None
    until = stretch.until.isoformat() if stretch.until else None
    return {"before": stretch.before, "until_id": stretch.until_id, "until": until}


def words_of(settings: Settings, missing: str) -> str:
    """Raises PollFailedError where the source does not say it."""
    words = str(settings.get("query") or "").strip()
    if not words:
        raise PollFailedError(f"The source does not say {missing}.")
    return words
