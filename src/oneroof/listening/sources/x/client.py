"""Hear X: a search, mentions or what an account says, from the newest back to what is known, with overlap.

Posts are paid for as they are read, once a day each, so that ten minutes read again cost nothing more
(docs.x.com/x-api/fundamentals/post-cap). A recent search reaches back seven days and no further.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, PollFailedError, RawPost, Rejected, Settings
from oneroof.listening.sources.x.ids import id_at, lowered, order
from oneroof.listening.sources.x.parse import first_id, gone_of, is_latest, latest_id, read_page
from oneroof.listening.sources.x.service import POSTS, SEARCH, X, record, records

PAGE = 100
PAGES_AT_ONCE = 5
EVERY = 60.0
SOON = 5.0
OVERLAP = timedelta(minutes=10)
RECENT_KEPT = 200
MISSING_ASKED = 100
DAYS_BACK = 7
SEARCHED = timedelta(days=7) - timedelta(minutes=5)
WITHOUT_REPOSTS = "-is:retweet"

WORDS, MENTIONS, ACCOUNT = "search", "mentions", "account"
NEEDS = {WORDS: ("query", "what to search for"), MENTIONS: ("account", "our account's name")}

FIELDS = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
    "in_reply_to_user_id,lang,note_tweet,public_metrics,referenced_tweets",
    "user.fields": "name,public_metrics,username",
    "media.fields": "alt_text,media_key,preview_image_url,type,url",
    "poll.fields": "options",
    "expansions": "author_id,attachments.media_keys,attachments.poll_ids",
}


@dataclass(slots=True)
class Stretch:
    """What was read, newest first; ``is_whole`` where it reaches what was asked for."""

    posts: list[RawPost] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    firsts: list[str] = field(default_factory=list)
    is_whole: bool = False

    def add(self, page: Mapping[str, Any], own_id: str) -> None:
        posts, rejected = read_page(page, own_id)
        self.posts += posts
        self.rejected += rejected
        for each in records(page.get("data")):
            self.ids.append(str(each.get("id") or ""))
            self.firsts.append(first_id(each))

    @property
    def newest(self) -> str | None:
        return max(filter(None, self.ids), key=order, default=None)

    @property
    def oldest(self) -> str | None:
        return min(filter(None, self.ids), key=order, default=None)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    check_settings(settings)
    account_id = _account_id(settings, cursor, client)
    known = cursor.get("newest")
    if known is None:
        stretch = _back_to(settings, account_id, client, pages=1)
        gap = _past_gap(settings, stretch)
    else:
        since = _since(settings, str(known))
        stretch = _back_to(settings, account_id, client, since_id=since)
        gap = None if stretch.is_whole else {"until_id": stretch.oldest, "since_id": since}
        stretch.posts += _missing(settings, cursor, since, stretch, client)
    newest = max(filter(None, (stretch.newest, known)), key=order, default=None)
    told = {"newest": newest, "account_id": account_id, "recent": _recent(stretch, cursor, newest)}
    return Batch(
        posts=stretch.posts,
        rejected=stretch.rejected,
        cursor={name: each for name, each in told.items() if each},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap and {**gap, "account_id": account_id},
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back, until what was known before, or as many days as were asked for."""
    back_to: dict[str, Any] = {"until_id": gap.get("until_id")}
    if gap.get("since_id"):
        back_to["since_id"] = _since(settings, str(gap["since_id"]), slip=timedelta(0))
    else:
        back_to["start_time"] = _start(settings, datetime.fromisoformat(str(gap["until"])))
    stretch = _back_to(settings, gap.get("account_id"), client, **back_to)
    is_left = not stretch.is_whole and stretch.oldest is not None
    left = {**gap, "until_id": stretch.oldest} if is_left else None
    return Batch(posts=stretch.posts, rejected=stretch.rejected, cursor={}, next_poll_after=EVERY, gap=left)


def check_settings(settings: Settings) -> None:
    """Raises PollFailedError for what could not be answered."""
    kind = kind_of(settings)
    name, missing = NEEDS.get(kind, ("query", "whose posts"))
    if not str(settings.get(name) or "").strip("@ "):
        raise PollFailedError(f"The source does not say {missing}.")
    if not settings.get("bearer_token") and not settings.get("access_token"):
        raise PollFailedError(
            "X shows nothing without credentials: enter a bearer token or connect an account."
        )


def kind_of(settings: Settings) -> str:
    return str(settings.get("listen_to") or WORDS)


def searched_for(settings: Settings) -> str:
    """The query; reposts are left out, for they are paid for and say nothing new."""
    query = str(settings.get("query") or "").strip()
    return query if "is:retweet" in query else f"({query}) {WITHOUT_REPOSTS}"


def _back_to(
    settings: Settings,
    account_id: str | None,
    client: SafeClient,
    *,
    pages: int = PAGES_AT_ONCE,
    **asked: Any,
) -> Stretch:
    stretch, token = Stretch(), None
    own_id = (account_id or "") if kind_of(settings) == MENTIONS else ""
    for _page in range(pages):
        page = _page_of(settings, account_id, client, {**asked, "token": token})
        stretch.add(page, own_id)
        token = record(page.get("meta")).get("next_token")
        if not token:
            stretch.is_whole = True
            break
    return stretch


def _page_of(
    settings: Settings, account_id: str | None, client: SafeClient, asked: dict[str, Any]
) -> dict[str, Any]:
    token = asked.pop("token")
    kind, parameters = kind_of(settings), {**FIELDS, "max_results": PAGE, **asked}
    if kind == WORDS:
        query = searched_for(settings)
        return X.of(settings).get(client, SEARCH, query=query, next_token=token, **parameters)
    path = f"/2/users/{quote(str(account_id), safe='')}/{'mentions' if kind == MENTIONS else 'tweets'}"
    only = {"exclude": "retweets"} if kind == ACCOUNT else {}
    return X.of(settings).get(client, path, pagination_token=token, **only, **parameters)


def _missing(
    settings: Settings, cursor: Cursor, since: str, stretch: Stretch, client: SafeClient
) -> list[RawPost]:
    """Of what stood there at the last poll and does not now: what is not shown at all is gone."""
    if not stretch.is_whole:
        return []
    there = set(stretch.firsts)
    absent = [each for each in cursor.get("recent", ()) if each not in there and order(each) > order(since)]
    if not absent:
        return []
    place = X.of(settings)
    told = place.get(client, POSTS, ids=",".join(absent[-MISSING_ASKED:]), **FIELDS)
    found = [*read_page(told)[0], *gone_of(told)]
    if reworded := [latest_id(each) for each in records(told.get("data")) if not is_latest(each)]:
        found += read_page(place.get(client, POSTS, ids=",".join(reworded), **FIELDS))[0]
    return found


def _recent(stretch: Stretch, cursor: Cursor, newest: str | None) -> list[str]:
    if newest is None:
        return []
    start = order(lowered(newest, OVERLAP))
    known = [*cursor.get("recent", ()), *stretch.firsts] if not stretch.is_whole else stretch.firsts
    near = {each for each in known if each and order(each) > start}
    return sorted(near, key=order)[-RECENT_KEPT:]


def _since(settings: Settings, newest: str, slip: timedelta = OVERLAP) -> str:
    """From where to read; a search refuses an id that is older than it reaches."""
    since = lowered(newest, slip)
    if kind_of(settings) == WORDS:
        since = max(since, id_at(clock.now() - SEARCHED), key=order)
    return since


def _start(settings: Settings, until: datetime) -> str:
    if kind_of(settings) == WORDS:
        until = max(until, clock.now() - SEARCHED)
    return until.strftime("%Y-%m-%dT%H:%M:%SZ")


def _past_gap(settings: Settings, stretch: Stretch) -> dict[str, Any] | None:
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    if days <= 0 or stretch.is_whole or stretch.oldest is None:
        return None
    return {"until_id": stretch.oldest, "until": clock.ago(days=days).isoformat()}


def _account_id(settings: Settings, cursor: Cursor, client: SafeClient) -> str | None:
    """The number of the account that is heard, asked for once."""
    kind = kind_of(settings)
    if kind == WORDS:
        return None
    if cursor.get("account_id"):
        return str(cursor["account_id"])
    name = str(settings.get("account" if kind == MENTIONS else "query") or "").strip().lstrip("@")
    told = X.of(settings).get(client, f"/2/users/by/username/{quote(name, safe='')}")
    found = record(told.get("data")).get("id")
    if not found:
        raise PollFailedError(f"There is no account @{name} at X.")
    return str(found)
