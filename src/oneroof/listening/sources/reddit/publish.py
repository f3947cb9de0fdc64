"""A reply leaves as a comment. Reddit takes no key of ours: we look before each attempt, and after an unsure one.

What it refuses it names in ``errors`` with 200 (r2/controllers/api.py, *POST_comment*, of the archived source):
the names below are raised before anything is written. Any other is of unknown outcome.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oneroof.core.http import FetchError, SafeClient
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
from oneroof.listening.sources.json_api import (
    Answer,
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    refusal_of,
)
from oneroof.listening.sources.reddit.account import TITLE, TURNED_AWAY, Reddit, is_turned_away
from oneroof.listening.sources.reddit.client import PAGE, SHOWN_AT_MOST, asked_by_name, checked
from oneroof.listening.sources.reddit.parse import (
    COMMENT,
    WEB,
    Thing,
    is_comment,
    is_gone,
    said_at,
    source_of,
    text_of,
    things_in,
)
from oneroof.listening.sources.reddit.thread import is_direct, link_of, read_thread

LENGTH = Length(limit=10_000)
TOO_OFTEN = frozenset({"RATELIMIT", "SUBREDDIT_RATELIMIT"})
SURELY_NOT = frozenset(
    {
        "NO_TEXT", "TOO_LONG", "TOO_OLD", "DELETED_COMMENT", "DELETED_LINK", "THREAD_LOCKED", "USER_BLOCKED",
        "USER_MUTED", "MUTED_FROM_SUBREDDIT", "SUBREDDIT_NOTALLOWED", "SUBREDDIT_NO_ACCESS", "USER_REQUIRED",
        "BANNED_FROM_SUBREDDIT", "NOT_WHITELISTED_BY_USER_MESSAGE",
    }
)  # fmt: skip
AGAIN_IN = re.compile(r"(\d+) (second|minute|hour)")
SECONDS = {"second": 1, "minute": 60, "hour": 3_600}
A_MINUTE = 60.0
SOON = 5.0


@dataclass(frozen=True, slots=True)
class Below:
    """What is answered, as it stands now, and what stands directly below it; ``is_all``: nothing was left out."""

    target: Thing
    is_closed: bool
    direct: Sequence[Thing]
    is_all: bool


def can_answer(settings: Settings) -> bool:
    return Reddit.of(settings).has_account


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Read what is answered and look whether our reply stands there already; then POST once."""
    place = Reddit.of(settings)
    try:
        me = place.name(client)
        below = _read_below(place, draft.to, client)
        if stands := _ours(below.direct, me, draft):
            return _sent(stands)
        if is_gone(below.target) or below.is_closed:
            return Refused("The post takes no replies any more.", permanent=True)
        sent = {"api_type": "json", "thing_id": draft.to.external_id, "text": draft.text, "raw_json": 1}
        answer = place.post(client, "/api/comment", sent)
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    except FetchError as error:
        return outcome_of_failure(error)
    return _outcome(answer, draft)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look for our own words below what is answered, and then among all that we said since it was said."""
    place = Reddit.of(settings)
    try:
        me = place.name(client)
        if stands := _ours(_read_below(place, draft.to, client).direct, me, draft):
            return _sent(stands)
        return _among_ours(place, me, draft, client)
    except PollFailedError as failed:
        return Unknown(failed.reason)


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    place = Reddit.of(settings)
    try:
        below = _read_below(place, target, client)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    if is_gone(below.target):
        return Seen(Standing.GONE)
    text, names = text_of(below.target), _answered_by(below, target)
    if below.is_closed:
        return Seen(Standing.CLOSED, text, names, "It is locked or archived.")
    return Seen(Standing.THERE if _plain(text) == _plain(target.text) else Standing.CHANGED, text, names)


def _read_below(place: Reddit, to: Target, client: SafeClient) -> Below:
    link = link_of(place, client, to.external_id, to.thread_external_id)
    focus: dict[str, Any] = {"depth": 1}
    if to.external_id != link:
        focus = {"comment": to.external_id.removeprefix(f"{COMMENT}_"), "context": 0, "depth": 2}
    thread = read_thread(place, client, link, **focus)
    shown = {str(each["name"]): each for each in (thread.link, *thread.comments)}
    target = shown.get(to.external_id) or next(iter(asked_by_name(place, [to.external_id], client)), None)
    if target is None:
        raise NotFoundError("Reddit knows no such post.")
    return Below(
        target=target,
        is_closed=any(each.get("locked") or each.get("archived") for each in (thread.link, target)),
        direct=[each for each in thread.comments if is_direct(each, to.external_id)],
        is_all=to.external_id not in thread.cut_below,
    )


def _among_ours(place: Reddit, me: str, draft: Draft, client: SafeClient) -> ReadBack:
    """Our own comments, the newest first, back to when what is answered was said."""
    after, seen, until = None, 0, draft.to.said_at.timestamp()
    while seen < SHOWN_AT_MOST:
        asked = {"sort": "new", "limit": PAGE, "after": after, "count": seen or None}
        listing = checked(place.get(client, f"/user/{me}/comments", **asked))
        things = things_in(listing)
        if stands := _ours(things, me, draft):
            return _sent(stands)
        after, seen = listing["data"].get("after"), seen + len(things)
        if not things or not after or said_at(things[-1]) < until:
            return NotThere() if seen < SHOWN_AT_MOST else _shown_too_little()
    return _shown_too_little()


def _shown_too_little() -> Unknown:
    return Unknown("Reddit shows no more than our last thousand comments.")


def _ours(things: Iterable[Thing], me: str, draft: Draft) -> Thing | None:
    for thing in things:
        is_mine = str(thing.get("author") or "").lower() == me.lower()
        if not is_mine or not is_direct(thing, draft.to.external_id):
            continue
        if thing["name"] not in draft.to.earlier_replies and _plain(source_of(thing)) == _plain(draft.text):
            return thing
    return None


def _answered_by(below: Below, target: Target) -> tuple[str, ...]:
    author = below.target.get("author")
    others = [
        str(each["author"])
        for each in below.direct
        if not is_gone(each) and each.get("author") not in {author, None}
        and each["name"] not in target.earlier_replies
    ]  # fmt: skip
    return tuple(dict.fromkeys(others))


def _outcome(answer: Answer, draft: Draft) -> Outcome:
    told = answer.value.get("json") if isinstance(answer.value, dict) else None
    if answer.status == 200 and isinstance(told, dict):
        return _refused_in_words(told) or _taken(told, draft)
    if answer.status == 401:
        return Refused("Reddit's token had ended.", permanent=False, retry_after=SOON)
    if is_turned_away(answer):
        return Refused("Reddit turns us away for now (403).", permanent=False, retry_after=TURNED_AWAY)
    return refusal_of(answer, TITLE)


def _refused_in_words(told: Mapping[str, Any]) -> Outcome | None:
    """``errors`` is a list of ``[name, words, field]``."""
    errors = [each for each in told.get("errors") or () if isinstance(each, list) and each]
    if not errors:
        return None
    names = {str(each[0]) for each in errors}
    words = "; ".join(str(each[1] if len(each) > 1 else each[0]) for each in errors)[:300]
    if names & TOO_OFTEN:
        return Refused(f"Reddit: {words}", permanent=False, retry_after=_pause(told.get("ratelimit"), words))
    if names <= SURELY_NOT:
        return Refused(f"Reddit: {words}", permanent=True)
    return Unknown(f"Reddit: {words}")


def _pause(seconds: Any, words: str) -> float:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < 86_400:
        return float(seconds)
    found = AGAIN_IN.search(words)
    return float(found[1]) * SECONDS[found[2]] if found else A_MINUTE


def _taken(told: Mapping[str, Any], draft: Draft) -> Outcome:
    inside = told.get("data")
    things = things_in({"data": {"children": inside.get("things")}}) if isinstance(inside, dict) else []
    for thing in things:
        if is_comment(thing) and thing.get("parent_id", draft.to.external_id) == draft.to.external_id:
            return _sent(thing)
    return Unknown("Reddit took the reply and did not say where it stands.")


def _sent(thing: Thing) -> Sent:
    path = str(thing.get("permalink") or "")
    return Sent(str(thing["name"]), f"{WEB}{path}" if path else "")


def _plain(text: str) -> str:
    return " ".join(text.split())
