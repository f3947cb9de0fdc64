"""Hear a Mastodon server: timelines are read from the newest back to what is known, with overlap.

A status that reaches the server late gets an id of the time at which it was written (Mastodon::Snowflake), so what
is new is not always newer than what is known: each poll goes back ten minutes further than the last one's newest.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    Followed,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.json_api import NotFoundError
from oneroof.listening.sources.mastodon.instance import (
    Instance,
    checked,
    checked_list,
    entries,
    read_limits,
)
from oneroof.listening.sources.mastodon.parse import gone, read_statuses

PAGE = 40
PAGES_AT_ONCE = 5
EVERY = 60.0
SOON = 5.0
OVERLAP = timedelta(minutes=10)
RECENT_KEPT = 200
MISSING_ASKED = 5
DAYS_BACK = 7
FOLLOWED_ASKED = 20
SNOWFLAKE = range(16, 20)
LIMITS_EVERY = timedelta(days=1)

HASHTAG, SEARCH, MENTIONS, ACCOUNT, LOCAL, FEDERATED = (
    "hashtag", "search", "mentions", "account", "local", "federated",
)  # fmt: skip
NEEDS_WORDS = {HASHTAG: "a hashtag", SEARCH: "what to search for", ACCOUNT: "an account"}
NEEDS_TOKEN = {SEARCH: "Searching statuses", MENTIONS: "Reading mentions"}


@dataclass(slots=True)
class Stretch:
    """What was read of a timeline, newest first; ``is_whole`` where it reaches what was asked for."""

    found: list[dict[str, Any]]
    is_whole: bool

    @property
    def newest(self) -> str | None:
        return max((str(each["id"]) for each in self.found), key=order, default=None)

    @property
    def oldest(self) -> str | None:
        return min((str(each["id"]) for each in self.found), key=order, default=None)


type IsKnown = Callable[[dict[str, Any]], bool]


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    instance = Instance.of(settings)
    check_settings(settings)
    start = lowered(str(cursor["newest"])) if cursor.get("newest") else None
    told, changed = _limits(settings, cursor, instance, client)
    account_id = _account_id(settings, cursor, instance, client)
    if start is None:
        stretch = read_back_to(settings, account_id, client, is_known=lambda _each: True)
        gap = _past_gap(settings, stretch)
    else:
        stretch = read_back_to(settings, account_id, client, is_known=_not_after(start))
        stretch.found = [each for each in stretch.found if order(str(each["id"])) > order(start)]
        gap = None if stretch.is_whole else {"before": stretch.oldest, "until_id": start}
    posts, rejected = _read(settings, stretch.found)
    posts += _missing(settings, cursor, start, stretch, client)
    known = {"newest": stretch.newest or cursor.get("newest"), "account_id": account_id, "limits_read": told}
    known["recent"] = _recent(settings, stretch, cursor)
    return Batch(
        posts=posts,
        rejected=rejected,
        cursor={name: each for name, each in known.items() if each},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap and {**gap, "account_id": account_id},
        changed_settings=changed,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back, until what was known before, or as many days as were asked for."""
    is_known = _not_after(str(gap["until_id"])) if gap.get("until_id") else _said_before(str(gap["until"]))
    stretch = read_back_to(
        settings, gap.get("account_id"), client, is_known=is_known, before=gap.get("before")
    )
    posts, rejected = _read(settings, stretch.found)
    is_left = not stretch.is_whole and stretch.oldest is not None
    left = {**gap, "before": stretch.oldest} if is_left else None
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The thread above and below a status, from its root; what we know of it and is not there is asked for."""
    instance = Instance.of(settings)
    found: dict[str, Any] = {}
    try:
        above, below = instance.context(client, external_id)
        found = {str(each.get("id")): each for each in entries([*above, *below])}
        if above and isinstance(above[0], dict):
            _above, below = instance.context(client, str(above[0].get("id")))
            found |= {str(each.get("id")): each for each in entries(below)}
    except NotFoundError:
        pass  # it is gone, or hidden from us; each that we know is asked for below
    posts, rejected = read_statuses(found.values(), instance.host)
    asked = [each for each in dict.fromkeys((external_id, *known)) if each not in found]
    more, unreadable = _each_asked(instance, asked[:FOLLOWED_ASKED], client)
    return Followed(posts=[*posts, *more], rejected=[*rejected, *unreadable])


def check_settings(settings: Settings) -> None:
    """Raises PollFailedError for what no server could answer."""
    kind = str(settings.get("listen_to") or HASHTAG)
    if kind in NEEDS_WORDS and not str(settings.get("query") or "").strip("#@ "):
        raise PollFailedError(f"The source does not say {NEEDS_WORDS[kind]}.")
    if kind in NEEDS_TOKEN and not settings.get("access_token"):
        raise PollFailedError(f"{NEEDS_TOKEN[kind]} needs an account: connect one.")


def read_back_to(
    settings: Settings,
    account_id: str | None,
    client: SafeClient,
    *,
    is_known: IsKnown,
    before: str | None = None,
) -> Stretch:
    """Pages from the newest (or ``before``) back to one that holds something known, a few at most."""
    stretch = Stretch([], is_whole=False)
    for _page in range(PAGES_AT_ONCE):
        page = _page_of(settings, account_id, client, before)
        stretch.found += page
        if not page or any(
            is_known(each) for each in page
        ):  # a short page is no end: servers leave out what is muted
            stretch.is_whole = True
            break
        before = Stretch(page, is_whole=False).oldest
    return stretch


def _page_of(
    settings: Settings, account_id: str | None, client: SafeClient, before: str | None
) -> list[dict[str, Any]]:
    instance, words = Instance.of(settings), str(settings.get("query") or "").strip()
    kind = str(settings.get("listen_to") or HASHTAG)
    asked: dict[str, Any] = {"limit": PAGE, "max_id": before}
    if kind == SEARCH:
        found = instance.get(client, "/api/v2/search", q=words, type="statuses", **asked)
        page = checked(found, instance.host).get("statuses")
    elif kind == MENTIONS:
        page = instance.get(client, "/api/v1/notifications", **{"types[]": "mention"}, **asked)
    elif kind == ACCOUNT:
        path = f"/api/v1/accounts/{quote(str(account_id), safe='')}/statuses"
        page = instance.get(client, path, exclude_reblogs="true", **asked)
    elif kind == HASHTAG:
        page = instance.get(client, f"/api/v1/timelines/tag/{quote(words.lstrip('#'), safe='')}", **asked)
    else:
        only = "true" if kind == LOCAL else None
        page = instance.get(client, "/api/v1/timelines/public", local=only, **asked)
    return [each for each in entries(checked_list(page, instance.host)) if each.get("id")]


def _read(settings: Settings, found: Sequence[dict[str, Any]]) -> tuple[list[RawPost], list[Rejected]]:
    host = Instance.of(settings).host
    if settings.get("listen_to") != MENTIONS:
        return read_statuses(found, host)
    return read_statuses([each["status"] for each in found if each.get("status")], host, to_us=True)


def _missing(
    settings: Settings, cursor: Cursor, start: str | None, stretch: Stretch, client: SafeClient
) -> list[RawPost]:
    """Of what stood there at the last poll and does not now: each is asked for, and gone where it is not there."""
    if start is None or not stretch.is_whole:
        return []
    there = {str(each["id"]) for each in stretch.found}
    absent = [each for each in cursor.get("recent", ()) if each not in there and order(each) > order(start)]
    posts, _rejected = _each_asked(Instance.of(settings), absent[-MISSING_ASKED:], client)
    return posts


def _each_asked(
    instance: Instance, ids: Sequence[str], client: SafeClient
) -> tuple[list[RawPost], list[Rejected]]:
    found, missing = [], []
    for status_id in ids:
        try:
            found.append(instance.status(client, status_id))
        except NotFoundError:
            missing.append(gone(status_id))
    posts, rejected = read_statuses(found, instance.host)
    return [*posts, *missing], rejected


def _recent(settings: Settings, stretch: Stretch, cursor: Cursor) -> list[str]:
    if settings.get("listen_to") == MENTIONS or stretch.newest is None:
        return list(cursor.get("recent", ()))
    start = order(lowered(stretch.newest))
    ids = sorted((str(each["id"]) for each in stretch.found), key=order)
    return [each for each in dict.fromkeys(ids) if order(each) > start][-RECENT_KEPT:]


def _past_gap(settings: Settings, stretch: Stretch) -> dict[str, Any] | None:
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    if days <= 0 or not stretch.found:
        return None
    return {"before": stretch.oldest, "until": clock.ago(days=days).isoformat()}


def _account_id(settings: Settings, cursor: Cursor, instance: Instance, client: SafeClient) -> str | None:
    if settings.get("listen_to") != ACCOUNT:
        return None
    if cursor.get("account_id"):
        return str(cursor["account_id"])
    name = str(settings["query"]).strip().lstrip("@")
    return str(checked(instance.get(client, "/api/v1/accounts/lookup", acct=name), instance.host)["id"])


def _limits(
    settings: Settings, cursor: Cursor, instance: Instance, client: SafeClient
) -> tuple[str, dict[str, Any]]:
    """When the server's limits were read, and those that are not what the settings say."""
    told = cursor.get("limits_read")
    if told and datetime.fromisoformat(told) > clock.now() - LIMITS_EVERY:
        return str(told), {}
    limits = read_limits(instance, client)
    changed = {name: each for name, each in limits.items() if settings.get(name) != each}
    return clock.now().isoformat(), changed


def order(status_id: str) -> tuple[int, str]:
    """Ids rise with time: numbers on Mastodon, longer words after shorter ones elsewhere."""
    return len(status_id), status_id


def lowered(status_id: str) -> str:
    """The id of ten minutes earlier, where ids tell the time (48 bits of milliseconds, 16 of sequence)."""
    if not status_id.isdecimal() or len(status_id) not in SNOWFLAKE:
        return status_id
    return str(max(0, int(status_id) - (int(OVERLAP.total_seconds() * 1000) << 16)))


def _not_after(start: str) -> IsKnown:
    return lambda each: order(str(each["id"])) <= order(start)


def _said_before(moment: str) -> IsKnown:
    until = datetime.fromisoformat(moment)

    def is_known(each: dict[str, Any]) -> bool:
        try:
            return parse_moment(each.get("created_at")) < until
        except UnreadableMomentError:
            return False

    return is_known
