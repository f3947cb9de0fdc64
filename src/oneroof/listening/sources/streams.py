"""What streams is gathered into batches: many messages a transaction, and none waits long."""

import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Literal

from oneroof.listening.sources.base import STREAM_PULSE

AT_MOST = 500
EVERY = 0.5
TICK = 0.2
WAITING = 1_000

type Next[T] = Callable[[float], T | None]
"""The next message, or None where none came within so many seconds; raises what ended the stream."""


def in_batches[T](
    next_message: Next[T],
    over: Event,
    *,
    at_most: int = AT_MOST,
    every: float = EVERY,
    pulse: float = STREAM_PULSE,
) -> Iterator[list[T]]:
    """As many messages as came in ``every`` seconds, and an empty list where none came for ``pulse`` seconds.

    What came before the stream ended is given before the error is raised.
    """
    began = time.monotonic()
    gathered: list[T] = []
    while not over.is_set():
        try:
            message = next_message(TICK)
        except Exception:
            if gathered:
                yield gathered
            raise
        if message is not None:
            gathered.append(message)
        waited = time.monotonic() - began
        if len(gathered) >= at_most or (gathered and waited >= every) or waited >= pulse:
            yield gathered
            began, gathered = time.monotonic(), []
    if gathered:
        yield gathered


class Reader[T]:
    """Reads an iterable that blocks in a thread of its own, so that its reader can look up in between.

    The thread ends with the iterable: whoever made that closes it.
    """

    def __init__(self, messages: Iterable[T]) -> None:
        self._messages = messages
        self._come: Queue[tuple[Literal["message"], T] | tuple[Literal["end"], Exception]] = Queue(WAITING)
        self._over = Event()
        Thread(target=self._read, daemon=True, name="stream").start()

    def next(self, seconds: float) -> T | None:
        """Raises what ended the iterable; EOFError where it simply ended."""
        try:
            come = self._come.get(timeout=seconds)
        except Empty:
            return None
        if come[0] == "end":
            raise come[1]
        return come[1]

    def stop(self) -> None:
        self._over.set()

    def _read(self) -> None:
        try:
            for message in self._messages:
                self._put(("message", message))
                if self._over.is_set():
                    return
            self._put(("end", EOFError("The stream ended.")))
        except Exception as error:
            self._put(("end", error))

    def _put(self, come: tuple[Literal["message"], T] | tuple[Literal["end"], Exception]) -> None:
        while not self._over.is_set():
            try:
                self._come.put(come, timeout=TICK)
            except Full:
                continue
            return
