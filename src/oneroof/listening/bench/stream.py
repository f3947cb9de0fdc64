"""How far behind we are where all of a network is heard as it is said."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from statistics import quantiles
from threading import Event, Timer
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.scratch import machine, scratch_database
from oneroof.listening.actions.polling import claim_poll, stream
from oneroof.listening.actions.sources import add_source
from oneroof.listening.bench.ingest import store_watches
from oneroof.listening.bench.running import Memory, cpu_and_clock, cpu_share, far_side
from oneroof.listening.bench.sample import COMPANY, Language, make_watches
from oneroof.listening.board import board
from oneroof.listening.models import Mention, Post, RejectedPost, Source
from oneroof.listening.sources import network
from oneroof.listening.sources.base import Batch, Cursor, Settings

LOOPBACK = ("127.0.0.0/8",)
GRACE = 30.0
"""Seconds for which what is late is waited for; then it counts as not heard."""
JETSTREAM = "oneroof.listening.bench.jetstream"


def measure_stream(
    rate: int, seconds: float, watches: int, named: float, *, keeps_all: bool
) -> dict[str, Any]:
    """Hear ``rate`` events a second for so many seconds by Bluesky's own stream code, and store them.

    The lag of a post is from the moment at which it was due to be said until it was committed. ``keeps_all``
    stores every post; else what a watch catches and its threads, as one listens to a whole network: all watches
    are of one company, which a share of the posts, ``named``, names. ``memory_mb``
    is this process's at the beginning, after each quarter, and at the end.
    """
    with scratch_database(), far_side(JETSTREAM, *_told(rate, seconds, named)) as port:
        store_watches(
            [COMPANY, *(f"{COMPANY} ({each})" for each in make_watches(Language(1), watches - 1, 2))]
        )
        address = {"listen_to": "everything", "jetstream": f"ws://127.0.0.1:{port}/subscribe"}
        source = add_source(None, "bluesky", "Everything", address, keeps_all=keeps_all)
        with board.turn:
            board.refresh()
        began = cpu_and_clock()
        with Memory() as memory:
            lags = _hear(source, seconds + GRACE)
        share = cpu_share(began)
        figures = {"posts_stored": Post.objects.count(), "catches": Mention.objects.count()}
        figures["rejected"] = RejectedPost.objects.count()
    points = quantiles(lags, n=100) if len(lags) > 1 else [0.0] * 99
    sys.stderr.write(f"{len(lags):,} events heard, lag {points[49]:.2f} s, at p99 {points[98]:.2f} s\n")
    return {
        "machine": machine(),
        "rate": rate,
        "seconds": seconds,
        "watches": watches,
        "named": named,
        "keeps_all": keeps_all,
        "events_said": int(rate * seconds),
        "events_heard": len(lags),
        **figures,
        "lag_p50_s": round(points[49], 2),
        "lag_p99_s": round(points[98], 2),
        "lag_at_the_end_s": round(lags[-1], 2) if lags else None,
        "cpu_of_one_core": share,
        "memory_mb": memory.quarters(),
        "memory_most_mb": max(memory.seen),
    }


def _told(rate: int, seconds: float, named: float) -> list[str]:
    return ["--rate", str(rate), "--seconds", str(seconds), "--named", str(named)]


def _hear(source: Source, at_most: float) -> list[float]:
    place = network("bluesky")
    lags: list[float] = []
    hear = place.stream
    assert hear

    def timed(settings: Settings, cursor: Cursor, client: SafeClient, over: Event) -> Iterator[Batch]:
        for batch in hear(settings, cursor, client, over):
            yield batch
            newest = clock.now().timestamp()  # the batch is committed by the time the next is asked for
            at = batch.cursor["time_us"] / 1_000_000 if batch.posts else newest
            lags.extend(_lags(batch, newest, at))

    over = Event()
    claimed = claim_poll(source.pk)
    assert claimed
    watchdog = Timer(at_most, over.set)
    watchdog.start()
    try:
        client = SafeClient(allowed_networks=LOOPBACK, contact="http://bench.example")
        stream(claimed, replace(place, stream=timed), client, over)
    finally:
        watchdog.cancel()
    return lags


def _lags(batch: Batch, committed: float, newest: float) -> Iterator[float]:
    """A deletion does not say when: it counts as the newest of its batch."""
    for post in batch.posts:
        yield committed - (newest if post.deleted else post.created_at.timestamp())
