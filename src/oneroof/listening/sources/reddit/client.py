"""Hear Reddit: listings are read from the newest back to what is known, with overlap.

A listing shows a thousand things at most (www.reddit.com/dev/api, *listings*). What was on its first pages at the
last poll and is not now was pushed out by newer things, or deleted: it is asked for by name, all in one request.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, PollFailedError, RawPost, Rejected, Settings
from oneroof.listening.sources.reddit.account import Reddit
from oneroof.listening.sources.reddit.parse import Thing, read_things, said_at, things_in

PAGE = 100
PAGES_AT_ONCE = 5
SHOWN_AT_MOST = 1_000
MAY_BE_CUT = 500
"""A listing that ends after so many may show no more than these: of its thousand, the removed are left out."""
EVERY = 60.0
SOON = 5.0
OVERLAP = 600.0
DAYS_BACK = 7

SUBREDDIT, POSTS, SEARCH, INBOX = "subreddit", "posts", "search", "inbox"


@dataclass(frozen=True, slots=True)
class Listing:
    """``key`` names it in cursors and gaps."""

    key: str
    path: str
    parameters: Mapping[str, Any]
    to_us: bool | None = None


@dataclass(slots=True)
class Stretch:
    """What was ``found`` of a listing, newest first, back to ``until`` (Unix time) where ``is_whole``.

    ``after`` is where it goes on, None where it ends; ``seen`` counts all that was read of it since its beginning.
    """

    listing: Listing
    until: float
    after: str | None = None
    seen: int = 0
    is_whole: bool = False
    found: list[Thing] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """It ended before it reached what was asked for, and not because there was nothing more."""
        return not self.is_whole and self.after is None


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Everything since the last poll; what came too fast for one poll, and the past at first, is a gap."""
    place, past = Reddit.of(settings), _past(settings)
    known = cursor.get("newest", {})
    stretches = [Stretch(each, _until(known.get(each.key), past)) for each in listings(settings)]
    for stretch in stretches:
        read_back(place, client, stretch)
    posts, rejected = _read(stretches)
    found = [thing for stretch in stretches for thing in stretch.found]
    again, unread = read_things(_missing(place, cursor, found, client))
    gap = _gap(stretches)
    return Batch(
        posts=[*posts, *again],
        rejected=[*rejected, *unread],
        cursor={"newest": {**known, **_newest(stretches, known)}, "recent": _recent(found)},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """A few pages further back in the first of the listings that have one; the others stay."""
    known = {listing.key: listing for listing in listings(settings)}
    stretches = [_stretch(known, each) for each in gap.get("stretches", ()) if each["listing"] in known]
    going_on = [each for each in stretches if not each.is_cut][:1]
    for stretch in going_on:
        read_back(Reddit.of(settings), client, stretch)
    posts, rejected = _read(going_on)
    return Batch(posts=posts, rejected=rejected, cursor={}, next_poll_after=EVERY, gap=_gap(stretches))


def listings(settings: Settings) -> list[Listing]:
    """What is read for these settings. Raises PollFailedError for what Reddit could not answer."""
    kind = str(settings.get("listen_to") or SUBREDDIT)
    names = [part for part in _bare(settings.get("subreddit")).split("+") if part]
    there, words = f"/r/{quote('+'.join(names), safe='+')}", str(settings.get("query") or "").strip()
    if kind == INBOX:
        if not Reddit.of(settings).has_account:
            raise PollFailedError("Reading what was said to us needs an account: connect one.")
        return [Listing("inbox", "/message/inbox", {"mark": "false"}, to_us=True)]
    if kind == SEARCH:
        if not words:
            raise PollFailedError("The source does not say what to search for.")
        asked = {
            "q": words,
            "sort": "new",
            "t": "all",
            "type": "link",
            "restrict_sr": "true" if names else None,
        }
        return [Listing("search", f"{there if names else ''}/search", asked)]
    if not names:
        raise PollFailedError("The source does not say which subreddit.")
    posts = Listing("new", f"{there}/new", {})
    return [posts] if kind == POSTS else [posts, Listing("comments", f"{there}/comments", {})]


def read_back(place: Reddit, client: SafeClient, stretch: Stretch) -> None:
    """Pages from where the stretch goes on back to its ``until``, a few at most; it then goes on after them."""
    for _page in range(PAGES_AT_ONCE):
        asked = {"limit": PAGE, "after": stretch.after, "count": stretch.seen or None}
        told = place.get(client, stretch.listing.path, **stretch.listing.parameters, **asked)
        inside, things = checked(told)["data"], things_in(told)
        stretch.found += things
        stretch.seen += len(inside.get("children") or ())
        stretch.after = str(inside["after"]) if inside.get("after") else None
        is_end = stretch.after is None and stretch.seen < MAY_BE_CUT
        stretch.is_whole = is_end or any(said_at(thing) <= stretch.until for thing in things)
        if stretch.is_whole or stretch.after is None:
            break


def checked(found: Any) -> dict[str, Any]:
    """A listing. Raises PollFailedError."""
    if isinstance(found, dict) and isinstance(found.get("data"), dict):
        return found
    raise PollFailedError("Reddit answered in a form that its reference does not know.")


def asked_by_name(place: Reddit, names: Sequence[str], client: SafeClient) -> list[Thing]:
    """These as they stand now, deleted ones too; what we may not see is left out. A hundred a request."""
    found: list[Thing] = []
    for start in range(0, len(names), PAGE):
        told = place.get(client, "/api/info", id=",".join(names[start : start + PAGE]))
        found += things_in(checked(told))
    return found


def _missing(place: Reddit, cursor: Cursor, found: Sequence[Thing], client: SafeClient) -> Sequence[Thing]:
    seen = {thing["name"] for thing in found}
    absent = [name for name in cursor.get("recent", ()) if name not in seen]
    return asked_by_name(place, absent, client) if absent else ()


def _read(stretches: Sequence[Stretch]) -> tuple[list[RawPost], list[Rejected]]:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for stretch in stretches:
        heard, unread = read_things(stretch.found, to_us=stretch.listing.to_us)
        posts, rejected = [*posts, *heard], [*rejected, *unread]
    return posts, rejected


def _newest(stretches: Sequence[Stretch], known: Mapping[str, Any]) -> dict[str, float]:
    """Of listings that showed something."""
    return {
        each.listing.key: max(float(known.get(each.listing.key, 0)), *map(_moment, each.found))
        for each in stretches
        if each.found
    }


def _until(newest: Any, past: float) -> float:
    return past if newest is None else float(newest) - OVERLAP


def _recent(found: Sequence[Thing]) -> list[str]:
    """As many as one request can ask for."""
    newest = sorted(found, key=_moment, reverse=True)
    return list(dict.fromkeys(str(thing["name"]) for thing in newest))[:PAGE]


def _moment(thing: Thing) -> float:
    """What claims to be said in the future does not put off what is said now."""
    at = said_at(thing)
    return at if at <= clock.now().timestamp() else 0.0


def _gap(stretches: Sequence[Stretch]) -> dict[str, Any] | None:
    left = [each for each in stretches if not each.is_whole]
    if not left:
        return None
    described = [
        {"listing": each.listing.key, "after": each.after, "until": each.until, "seen": each.seen}
        for each in left
    ]
    until = datetime.fromtimestamp(min(each.until for each in left), UTC).isoformat()
    is_fillable = not all(each.is_cut for each in left)
    return {"stretches": described, "until": until, **({} if is_fillable else {"fillable": False})}


def _stretch(known: Mapping[str, Listing], told: Mapping[str, Any]) -> Stretch:
    return Stretch(
        known[told["listing"]], float(told["until"]), told.get("after"), int(told.get("seen") or 0)
    )


def _past(settings: Settings) -> float:
    """Where the past that is asked for begins; with no days of it, the first page is enough."""
    days = settings.get("days_back")
    return clock.ago(days=DAYS_BACK if days in (None, "") else max(0, int(days))).timestamp()


def _bare(written: Any) -> str:
    return str(written or "").replace(" ", "").lstrip("/").removeprefix("r/").strip("/")
