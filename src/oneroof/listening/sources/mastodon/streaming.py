"""Hear a Mastodon server as it speaks: server-sent events (docs.joinmastodon.org/methods/streaming).

The stream knows no cursor, so the timeline is polled once it stands and every few minutes after: what was said in
between, and what the stream left out, is heard so.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from threading import Event
from typing import Any

from oneroof.core.http import FetchError, HeldBackError, SafeClient
from oneroof.listening.sources.base import (
    Batch,
    Cursor,
    MustWaitError,
    RawPost,
    Rejected,
    Settings,
    StreamEndedError,
)
from oneroof.listening.sources.json_api import url_with
from oneroof.listening.sources.mastodon.client import (
    FEDERATED,
    HASHTAG,
    LOCAL,
    MENTIONS,
    check_settings,
    poll,
)
from oneroof.listening.sources.mastodon.instance import Instance
from oneroof.listening.sources.mastodon.parse import gone, read_statuses
from oneroof.listening.sources.streams import Reader, in_batches

PATIENCE = 60.0
"""Servers say a word every fifteen seconds or so; one that says none for a minute is not there any more."""
POLL_EVERY = 300.0
CHANNELS = {HASHTAG: "hashtag", LOCAL: "public/local", FEDERATED: "public", MENTIONS: "user/notification"}
SAID = frozenset({"update", "status.update"})

type Message = tuple[str, str]
"""The kind of an event, and its data."""


def is_streamed(settings: Settings) -> bool:
    """Streams are for accounts: servers refuse them without a token."""
    kind = str(settings.get("listen_to") or HASHTAG)
    return bool(settings.get("stream") and settings.get("access_token") and kind in CHANNELS)


def stream(settings: Settings, cursor: Cursor, client: SafeClient, over: Event) -> Iterator[Batch]:
    """Raises StreamEndedError when the connection ends, and PollFailedError where the server cannot be asked."""
    check_settings(settings)
    try:
        with client.stream(_url(settings), headers=_headers(settings), patience=PATIENCE) as lines:
            if lines.status != 200:
                raise StreamEndedError(
                    f"{Instance.of(settings).host} answered the stream with {lines.status}."
                )
            with closing(Reading(events(lines))) as reading:
                yield from _heard(settings, cursor, client, reading, over)
    except HeldBackError as error:
        raise MustWaitError(error.reason, next_poll_after=error.seconds) from error
    except (FetchError, EOFError) as error:
        raise StreamEndedError(f"The stream ended: {error}") from error


class Reading(Reader[Message]):
    def close(self) -> None:
        self.stop()


def _heard(
    settings: Settings, cursor: Cursor, client: SafeClient, reading: Reading, over: Event
) -> Iterator[Batch]:
    batch = poll(settings, cursor, client)
    yield batch
    polled = time.monotonic()
    for messages in in_batches(reading.next, over):
        if time.monotonic() - polled > POLL_EVERY:
            batch = poll(settings, batch.cursor, client)
            yield batch
            polled = time.monotonic()
        posts, rejected = read_events(settings, messages)
        yield Batch(posts=posts, rejected=rejected, cursor=batch.cursor, next_poll_after=0)


def events(lines: Iterable[str]) -> Iterator[Message]:
    """Events of a stream of lines (html.spec.whatwg.org, 9.2.6); comments keep the connection and say nothing."""
    kind = ""
    told: list[str] = []
    for line in lines:
        if not line:
            if told:
                yield kind, "\n".join(told)
            kind, told = "", []
            continue
        name, _colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            told.append(value)


def read_events(settings: Settings, messages: Iterable[Message]) -> tuple[list[RawPost], list[Rejected]]:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    host = Instance.of(settings).host
    for kind, data in messages:
        if kind == "delete":
            posts.append(gone(data.strip()))
            continue
        status, to_us = _status_of(kind, data)
        if status is not None:
            said, unreadable = read_statuses([status], host, to_us=to_us)
            posts += said
            rejected += unreadable
    return posts, rejected


def _status_of(kind: str, data: str) -> tuple[Any, bool | None]:
    """The status that an event brings, and whether it is addressed to us; None where it brings none."""
    if kind not in SAID and kind != "notification":
        return None, None
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return data[:1_000], None
    if kind != "notification":
        return told, None
    is_mention = isinstance(told, Mapping) and told.get("type") == "mention"
    return (told.get("status"), True) if is_mention else (None, None)


def _url(settings: Settings) -> str:
    kind = str(settings.get("listen_to") or HASHTAG)
    base = str(settings.get("streaming_url") or Instance.of(settings).url)
    tag = str(settings.get("query") or "").strip().lstrip("#") if kind == HASHTAG else None
    return url_with(f"{base}/api/v1/streaming/{CHANNELS[kind]}", {"tag": tag})


def _headers(settings: Settings) -> dict[str, str]:
    return {"Accept": "text/event-stream", **Instance.of(settings).headers}
