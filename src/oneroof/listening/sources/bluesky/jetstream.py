"""Hear all of Bluesky as it is said: Jetstream, a WebSocket with a cursor (github.com/bluesky-social/jetstream).

The cursor is the time of the last event in microseconds; we go back five seconds further, as its documentation
advises, and what comes twice is known by its address.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import ClientConnection, connect

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import Batch, Cursor, PollFailedError, Settings
from oneroof.listening.sources.bluesky.parse import POST, read_events
from oneroof.listening.sources.json_api import url_with
from oneroof.listening.sources.streams import in_batches

JETSTREAM = "wss://jetstream2.us-east.bsky.network/subscribe"
GOES_BACK = 5_000_000
"""Microseconds."""
MESSAGE_LIMIT = 1024 * 1024
WAITING = 256
OPENS_WITHIN = 15.0
ANSWERS_WITHIN = 120.0
"""The answer to a ping comes after all that waits to be read: who is behind must not take that for silence."""
POLLED_FOR = 2.0
POLLED_AT_MOST = 5_000
AGAIN = 1.0
EVERYTHING = "everything"


def is_streamed(settings: Settings) -> bool:
    return settings.get("listen_to") == EVERYTHING


def stream(settings: Settings, cursor: Cursor, client: SafeClient, over: Event) -> Iterator[Batch]:
    """Raises PollFailedError when the connection ends."""
    known = cursor.get("time_us")
    with connected(settings, cursor, client) as socket:
        batches: Iterator[list[str | bytes]] = in_batches(partial(_next, socket), over)
        for messages in batches:
            batch = _batch(messages, known)
            known = batch.cursor.get("time_us")
            yield batch


def hear_for_a_while(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """Where no connection can stay open: what comes in two seconds, from where the last one ended."""
    heard: list[str | bytes] = []
    ends = time.monotonic() + POLLED_FOR
    with connected(settings, cursor, client) as socket:
        while (left := ends - time.monotonic()) > 0 and len(heard) < POLLED_AT_MOST:
            if (message := _next(socket, left)) is not None:
                heard.append(message)
    batch = _batch(heard, cursor.get("time_us"))
    return Batch(
        posts=batch.posts,
        rejected=batch.rejected,
        cursor=batch.cursor,
        next_poll_after=AGAIN * random.uniform(1.0, 2.0),  # noqa: S311 - politeness
    )


@contextmanager
def connected(settings: Settings, cursor: Cursor, client: SafeClient) -> Iterator[ClientConnection]:
    """The protocol is the library's; it speaks over a connection that the safe client judged."""
    url = subscription(settings, cursor)
    try:
        with (
            client.connect(url) as bare,
            connect(
                url,
                sock=bare,
                ssl=client.tls if url.startswith("wss") else None,
                open_timeout=OPENS_WITHIN,
                user_agent_header=client.user_agent,
                max_size=MESSAGE_LIMIT,
                max_queue=WAITING,
                ping_timeout=ANSWERS_WITHIN,
                proxy=None,
            ) as socket,
        ):
            yield socket
    except FetchError as error:
        raise PollFailedError(error.reason) from error
    except (ConnectionClosed, InvalidHandshake, InvalidURI, OSError) as error:
        raise PollFailedError(f"The stream ended: {error}.") from error


def subscription(settings: Settings, cursor: Cursor) -> str:
    """Only posts; from where we were."""
    known = cursor.get("time_us")
    start = max(0, int(known) - GOES_BACK) if known else None
    return url_with(
        str(settings.get("jetstream") or JETSTREAM).strip(), {"wantedCollections": POST, "cursor": start}
    )


def _next(socket: ClientConnection, seconds: float) -> str | bytes | None:
    try:
        return socket.recv(timeout=seconds)
    except TimeoutError:
        return None


def _batch(messages: list[str | bytes], known: int | None) -> Batch:
    posts, rejected, newest = read_events(messages)
    at = max((each for each in (known, newest) if each), default=None)
    return Batch(posts=posts, rejected=rejected, cursor={"time_us": at} if at else {}, next_poll_after=0)
