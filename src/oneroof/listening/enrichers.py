"""The processes that enrich: one compiles the watches, the others are forked from it and share its memory.

``python -m oneroof.listening.enrichers``: what it is told comes through inherited sockets. It is a program of its
own because only a process without threads may be forked; it knows no database.
"""

import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from oneroof.core.importing import COLLECTS_AFTER
from oneroof.core.lifeline import die_with_parent
from oneroof.listening.enrich import Enriched, Place, enrich, found_out, with_raw
from oneroof.listening.matching import Matcher
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import parse

type Found = list[tuple[Any, ...]]

LESS_URGENT = 5
"""Niceness: storing goes before, since what is enriched waits for it, and so does whoever is at a page."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Task(NamedTuple):
    """What all batches have in common. `sample` are texts like those to come."""

    place: Place
    watches: Mapping[int, str]
    sample: Sequence[str]


class Enrichers:
    """So many processes, each at work on one batch at a time; they end with the block, however that ends."""

    def __init__(self, task: Task, count: int) -> None:
        pairs = [socket.socketpair() for _ in range(count)]
        self._process = _start(task, [theirs for _ours, theirs in pairs])
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._links = [Connection(ours.detach()) for ours, _theirs in pairs]
        for link in self._links:
            self._idle.put(link)
        self._threads = ThreadPoolExecutor(count, "enrichers")

    def __enter__(self) -> "Enrichers":
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error:
            self._process.kill()  # it keeps nothing, and the others end with it
            self._process.wait()
        self._threads.shutdown(cancel_futures=True)
        for link in self._links:
            link.close()
        self._process.wait()

    def submit(self, batch: Sequence[RawPost]) -> Future[Sequence[Enriched]]:
        return self._threads.submit(self._exchange, batch)

    def _exchange(self, batch: Sequence[RawPost]) -> Sequence[Enriched]:
        link = self._idle.get()
        try:
            link.send(batch)
            answer: Found | Exception = link.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("A process that enriches posts has ended.") from error
        finally:
            self._idle.put(link)
        if isinstance(answer, Exception):
            raise answer
        return with_raw(batch, answer)


def compiled(watches: Mapping[int, str], sample: Sequence[str] = ()) -> Matcher:
    return Matcher(((watch_id, parse(query)) for watch_id, query in watches.items()), sample=sample)


def _start(task: Task, sockets: Sequence[socket.socket]) -> subprocess.Popen[bytes]:
    with TemporaryFile() as told:
        pickle.dump(task, told)
        told.seek(0)
        places = [told.fileno(), *[each.fileno() for each in sockets]]
        command = [
            sys.executable,
            "-P",
            "-m",
            "oneroof.listening.enrichers",
            str(os.getpid()),
            *map(str, places),
        ]
        process = subprocess.Popen(command, pass_fds=places, env={**os.environ, **ONE_THREAD})
    for each in sockets:
        each.close()
    return process


def _main(parent: int, told: int, *places: int) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends us
    with os.fdopen(told, "rb") as file:
        task: Task = pickle.load(file)  # noqa: S301 - from our own parent
    matcher = compiled(task.watches, task.sample)
    gc.freeze()
    gc.set_threshold(COLLECTS_AFTER)
    os.nice(LESS_URGENT)
    links = [Connection(place) for place in places]
    children = [_fork(link, links, task.place, matcher) for link in links[1:]]
    for link in links[1:]:
        link.close()
    _serve(links[0], task.place, matcher)
    for child in children:
        os.waitpid(child, 0)


def _fork(link: Connection, links: Sequence[Connection], place: Place, matcher: Matcher) -> int:
    first = os.getpid()
    if child := os.fork():
        return child
    status = 1
    try:
        die_with_parent(first)
        for other in links:
            if other is not link:
                other.close()
        _serve(link, place, matcher)
        status = 0
    finally:
        os._exit(status)


def _serve(link: Connection, place: Place, matcher: Matcher) -> None:
    with suppress(EOFError, ConnectionError):
        while True:
            batch: Sequence[RawPost] = link.recv()
            try:
                answer: Found | Exception = found_out(enrich(batch, place, matcher))
            except Exception as error:
                answer = error
            link.send(answer)


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
