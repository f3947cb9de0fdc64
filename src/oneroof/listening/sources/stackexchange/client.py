"""Hear a site: its questions in the order of their last activity, then what was said below those that moved."""

import random
from collections.abc import Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, MustWaitError, Settings
from oneroof.listening.sources.stackexchange.asking import IDS_AT_MOST, key_of
from oneroof.listening.sources.stackexchange.below import Hearing, active, tasks_below, tasks_of_comments
from oneroof.listening.sources.stackexchange.parse import gone, name_of
from oneroof.listening.sources.stackexchange.questions import PAGES_AT_ONCE, Found, questions_back

DAYS_BACK = 7
OVERLAP = 600
EVERY_WITH_KEY, EVERY_WITHOUT = 180.0, 1_200.0
SOON = 10.0


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What the last poll left to be asked; when there is nothing, what moved since, with ten minutes of overlap.

    A comment does not move its question, so those below the latest posts are asked for each time.
    """
    hearing = Hearing(settings, client, recent=cursor.get("recent", ()))
    known, gap = dict(cursor), None
    waiting = known.pop("to_ask", None)
    if not waiting:
        found, gap = _questions(settings, cursor, hearing)
        waiting = _what_moved(cursor, found, hearing)
        known |= {"newest": _newest(cursor, found), "asked": int(clock.now().timestamp())}
    hearing.ask_below(waiting)
    known |= {"recent": hearing.latest(), "to_ask": hearing.to_ask}
    return Batch(
        posts=hearing.posts,
        rejected=hearing.rejected,
        cursor={name: each for name, each in known.items() if each},
        next_poll_after=max(
            _pause(settings, is_done=not hearing.to_ask and gap is None), hearing.asking.wait
        ),
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """What the last one left to be asked; when there is nothing, questions further back and what is below them."""
    hearing = Hearing(settings, client)
    waiting, rest = gap.get("to_ask"), gap.get("questions")
    if not waiting and rest:
        found = questions_back(settings, hearing.asking, since=gap["since"], **rest)
        hearing.take(found.questions)
        waiting, rest = tasks_below(found.questions), found.left
    hearing.ask_below(waiting or ())
    left = {"since": gap["since"], "questions": rest, "to_ask": hearing.to_ask}
    return Batch(
        posts=hearing.posts,
        rejected=hearing.rejected,
        cursor={},
        next_poll_after=SOON,
        gap=left if rest or hearing.to_ask else None,
    )


def _questions(settings: Settings, cursor: Cursor, hearing: Hearing) -> tuple[Found, dict[str, Any] | None]:
    start = _start(cursor)
    found = questions_back(settings, hearing.asking, since=start, pages=1 if start is None else PAGES_AT_ONCE)
    hearing.take(found.questions)
    if start is not None and not found.left:
        _look_for_missing(cursor, found, start, hearing)
    until = start if start is not None else _first_day(settings)
    has_gap = found.left and until is not None
    return found, {"since": until, "questions": found.left} if has_gap else None


def _look_for_missing(cursor: Cursor, found: Found, start: int, hearing: Hearing) -> None:
    """Of the questions that stood there at the last poll and do not now: gone, where nobody sees them."""
    there = {name_of(each) for each in found.questions}
    stood = [name for name, at in cursor.get("recent", ()) if name.startswith("q") and at >= start]
    absent = [name for name in stood if name not in there][:IDS_AT_MOST]
    if not absent:
        return
    try:
        entries, _more = hearing.asking.of_each("/questions/{ids}", [name[1:] for name in absent])
    except MustWaitError:
        return
    hearing.take(entries)
    seen = {name_of(each) for each in entries}
    hearing.lose([gone(name) for name in absent if name not in seen])


def _what_moved(cursor: Cursor, found: Found, hearing: Hearing) -> list[dict[str, Any]]:
    before = dict(cursor.get("recent", ()))
    moved = [each for each in found.questions if before.get(name_of(each)) != active(each)]
    since = int(cursor["asked"]) - OVERLAP if cursor.get("asked") else None
    latest = [name for name, _at in hearing.latest() if name in before]
    return [*tasks_below(moved), *(tasks_of_comments(latest, since) if since is not None else ())]


def _start(cursor: Cursor) -> int | None:
    return int(cursor["newest"]) - OVERLAP if cursor.get("newest") else None


def _newest(cursor: Cursor, found: Found) -> int:
    newest = max(map(active, found.questions), default=0)
    return min(max(newest, int(cursor.get("newest") or 0)), int(clock.now().timestamp()))


def _pause(settings: Settings, *, is_done: bool) -> float:
    every = EVERY_WITH_KEY if key_of(settings) else EVERY_WITHOUT
    return (every if is_done else SOON) * random.uniform(0.9, 1.1)  # noqa: S311 - politeness


def _first_day(settings: Settings) -> int | None:
    days = settings.get("days_back")
    days = DAYS_BACK if days in (None, "") else int(days)
    return int(clock.ago(days=days).timestamp()) if days > 0 else None
