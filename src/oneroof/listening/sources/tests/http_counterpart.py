"""The far side of a network that speaks HTTP: bad days come for free, a subclass serves the good ones."""

import json
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from threading import Event, Lock
from typing import Any, Self

from oneroof.core.testing.web import Asked, LocalWeb, answer, local_web
from oneroof.listening.sources.tests.contract import HANGS_FOR, RETRY_AFTER, BadDay, Counterpart, Said

STATUS = {
    BadDay.UNAUTHORIZED: 401,
    BadDay.FORBIDDEN: 403,
    BadDay.NOT_FOUND: 404,
    BadDay.CONFLICT: 409,
    BadDay.THROTTLED: 429,
    BadDay.THROTTLED_UNTIL: 429,
    BadDay.BROKEN: 500,
    BadDay.REVOKED: 401,
}
"""What HTTP says on that day; a network that says it otherwise overrides ``refusal``."""


class HttpCounterpart(Counterpart):
    """Subclasses give ``settings``, ``answer_to`` and, where one can answer, ``standing``.

    ``self.posts`` is what stands there; ``self.web`` is the server, ``self.web.asked`` all that was asked.
    """

    web: LocalWeb

    def __init__(self) -> None:
        self.posts: Sequence[Said] = ()
        self._reads: BadDay | None = None
        self._writes: BadDay | None = None
        self._has_unknown_fields = False
        self._attempts = 0
        self._open = ExitStack()
        self._lock = Lock()

    def __enter__(self) -> Self:
        self.web = self._open.enter_context(local_web())
        self.web.otherwise = self._exchange
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    # What a subclass says

    def answer_to(self, asked: Asked) -> bytes:
        """The whole answer of HTTP on a good day; ``self.json(…)`` and ``core.testing.web.answer`` make one.

        What is sent to stand there stands once this returns.
        """
        raise NotImplementedError

    def is_write(self, asked: Asked) -> bool:
        """Whether this is sent to stand there for others to read."""
        return asked.method != "GET"

    def refusal(self, day: BadDay) -> bytes:
        """The network's documented words on such a day."""
        headers = {"Retry-After": str(RETRY_AFTER)} if day is BadDay.THROTTLED_UNTIL else {}
        return answer('{"error": "not today"}', status=STATUS[day], headers=headers)

    # What it is given

    def json(self, shown: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
        """An answer in JSON, with fields that no reference knows where the suite asks for them."""
        told = with_unknown_fields(shown) if self._has_unknown_fields else shown
        body = json.dumps(told, ensure_ascii=False)
        return answer(body, status=status, headers={"Content-Type": "application/json", **(headers or {})})

    def serve(self, posts: Sequence[Said]) -> None:
        self.posts = tuple(posts)

    def misbehave(self, day: BadDay, *, writes: bool = False) -> None:
        self._reads, self._writes = (self._reads, day) if writes else (day, self._writes)

    def behave(self) -> None:
        self._reads = self._writes = None

    def add_unknown_fields(self) -> None:
        self._has_unknown_fields = True

    @property
    def attempts(self) -> int:
        return self._attempts

    def _exchange(self, asked: Asked, connection: socket.socket, over: Event) -> None:
        is_write = self.is_write(asked)
        day = self._writes if is_write else self._reads
        with self._lock:
            self._attempts += is_write
            said = self.refusal(day) if day in STATUS else b""
            if not said and day is not BadDay.HANGS:
                said = self.answer_to(asked)
        _deliver(said, day, connection, over)


def with_unknown_fields(shown: Any) -> Any:
    """The same, with a field in each object that nobody has heard of."""
    if isinstance(shown, dict):
        known = {name: with_unknown_fields(value) for name, value in shown.items()}
        return {"x_new_in_2031": {"deep": [1, None, {"a": "b"}]}, **known}
    if isinstance(shown, list):
        return [with_unknown_fields(each) for each in shown]
    return shown


def _deliver(said: bytes, day: BadDay | None, connection: socket.socket, over: Event) -> None:
    if day in {BadDay.HANGS, BadDay.HANGS_AFTER}:
        _hang(connection, over)
    elif day is BadDay.NONSENSE:
        connection.sendall(answer('{"half": [', headers={"Content-Type": "application/json"}))
    elif day is not BadDay.HANGS_UP:
        connection.sendall(said)


def _hang(connection: socket.socket, over: Event) -> None:
    """Say nothing until the other side gives up, two seconds at most."""
    connection.settimeout(0.1)
    ends = time.monotonic() + HANGS_FOR
    while time.monotonic() < ends and not over.is_set():
        try:
            if not connection.recv(1_024):
                return
        except TimeoutError:
            continue
