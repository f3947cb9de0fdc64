"""Hear X as it speaks: the filtered stream, one JSON object a line, and an empty line every twenty seconds
(docs.x.com/x-api/posts/filtered-stream, handling disconnections). It holds one rule of ours beside others'.

The stream knows no cursor, so a search comes first, and again every few minutes: what was said in between is heard
so.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.core.http.lines import Lines
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    MustWaitError,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
    StreamEndedError,
)
from oneroof.listening.sources.json_api import LATER, post_json, url_with
from oneroof.listening.sources.streams import Reader, in_batches
from oneroof.listening.sources.x.client import FIELDS, WORDS, check_settings, kind_of, poll, searched_for
from oneroof.listening.sources.x.parse import read_page
from oneroof.listening.sources.x.service import CAPPED, STREAM, X, failure, record, records

PATIENCE = 45.0
"""Seconds: two empty lines may be missed."""
POLL_EVERY = 300.0
RULES = f"{STREAM}/rules"
TAG = "oneroof"
REFUSALS = {
    401: "X does not take the bearer token any more: enter another.",
    403: "The plan has no filtered stream: switch “hear at once” off.",
    429: "X holds one stream for each app, and another is open: switch “hear at once” off here, or there.",
}


def is_streamed(settings: Settings) -> bool:
    """The stream is the app's: it wants the bearer token."""
    return bool(settings.get("stream") and settings.get("bearer_token") and kind_of(settings) == WORDS)


def stream(settings: Settings, cursor: Cursor, client: SafeClient, over: Event) -> Iterator[Batch]:
    """Raises StreamEndedError when the connection ends, and PollFailedError where X cannot be asked."""
    check_settings(settings)
    with _opened(settings, client) as lines, closing(_Reading(lines)) as reading:
        yield from _heard(settings, cursor, client, reading, over)


@contextmanager
def _opened(settings: Settings, client: SafeClient) -> Iterator[Lines]:
    _prepare(settings, client)
    try:
        with client.stream(_url(settings), headers=X.of(settings).app_headers, patience=PATIENCE) as lines:
            _check_opened(lines)
            yield lines
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except (FetchError, EOFError) as error:
        raise StreamEndedError(f"The stream ended: {error}") from error


def _prepare(settings: Settings, client: SafeClient) -> None:
    try:
        set_rule(settings, client)
    except MustWaitError:
        raise
    except PollFailedError as failed:
        raise StreamEndedError(failed.reason, next_poll_after=failed.next_poll_after) from failed


def set_rule(settings: Settings, client: SafeClient) -> None:
    """Ours, and only this one of ours: rules without our tag are somebody else's. Raises PollFailedError."""
    place, wanted = X.of(settings), searched_for(settings)
    ours = [each for each in records(place.get(client, RULES).get("data")) if each.get("tag") == TAG]
    old = [str(each["id"]) for each in ours if each.get("value") != wanted and each.get("id")]
    if old:
        _change_rules(place, client, {"delete": {"ids": old}})
    if len(old) == len(ours):
        _change_rules(place, client, {"add": [{"value": wanted, "tag": TAG}]})


def read_lines(lines: Iterable[str]) -> tuple[list[RawPost], list[Rejected], PollFailedError | None]:
    """What was said, and why X ends the stream, where it says so."""
    ended: PollFailedError | None = None
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for line in lines:
        told = _read(line)
        if told is None:
            rejected.append(Rejected("stream", "It is not JSON.", line))
            continue
        if "data" not in told:
            ended = ended or _end_of(told)
        elif _is_for_us(told):
            said, unreadable = read_page(told)
            posts += said
            rejected += unreadable
    return posts, rejected, ended


class _Reading(Reader[str]):
    """Lines that say something."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__(line for line in lines if line.strip())

    def close(self) -> None:
        self.stop()


def _heard(
    settings: Settings, cursor: Cursor, client: SafeClient, reading: _Reading, over: Event
) -> Iterator[Batch]:
    batch = poll(settings, cursor, client)
    yield batch
    polled = time.monotonic()
    for lines in in_batches(reading.next, over):
        if time.monotonic() - polled > POLL_EVERY:
            batch = poll(settings, batch.cursor, client)
            yield batch
            polled = time.monotonic()
        posts, rejected, ended = read_lines(lines)
        yield Batch(posts=posts, rejected=rejected, cursor=batch.cursor, next_poll_after=0)
        if ended:
            raise ended


def _change_rules(place: X, client: SafeClient, change: Mapping[str, Any]) -> None:
    try:
        answer = post_json(client, f"{place.url}{RULES}", change, headers=place.app_headers)
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    if answer.status not in {200, 201}:
        raise failure(answer)
    wrong = [
        each for each in records(record(answer.value).get("errors")) if each.get("title") != "DuplicateRule"
    ]
    if wrong:
        why = wrong[0].get("details") or wrong[0].get("detail") or wrong[0].get("title")
        said = "; ".join(map(str, why)) if isinstance(why, list) else str(why)
        raise PollFailedError(f"X cannot listen to that search: {said[:300]}", next_poll_after=LATER)


def _check_opened(lines: Lines) -> None:
    if lines.status != 200:
        said = REFUSALS.get(lines.status, f"X answered the stream with {lines.status}.")
        raise StreamEndedError(said, next_poll_after=LATER if lines.status in {401, 403} else 0.0)


def _end_of(told: Mapping[str, Any]) -> PollFailedError | None:
    problems = records(told.get("errors")) or [dict(told)]
    for problem in problems:
        if str(problem.get("type") or "").endswith(CAPPED):
            return PollFailedError("X gives no more posts: the plan's cap is reached.", next_poll_after=LATER)
        if said := problem.get("detail") or problem.get("title"):
            return PollFailedError(f"X ended the stream: {str(said)[:300]}")
    return None


def _is_for_us(told: Mapping[str, Any]) -> bool:
    """It matched our rule; what says no rule at all is of a stream without tags."""
    rules = records(told.get("matching_rules"))
    return not rules or any(each.get("tag") == TAG for each in rules)


def _read(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _url(settings: Settings) -> str:
    minutes = int(settings.get("backfill_minutes") or 0)
    backfill = min(minutes, 5) if minutes > 0 else None
    return url_with(f"{X.of(settings).url}{STREAM}", {**FIELDS, "backfill_minutes": backfill})
