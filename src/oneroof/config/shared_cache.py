"""A shared cache before the program, in each web process: decision 0158.

It keeps what a response allows by ``s-maxage`` (RFC 9111), as a proxy would: whole, for as long as stated, and
apart by everything that the response may vary by. Whoever has a session is never served from it.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MOST_BYTES = 64 << 20
LARGEST = 1 << 20
VARIED_BY = (
    *("HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme", "PATH_INFO", "QUERY_STRING"),
    *("HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_HX_REQUEST"),
)
"""What tells two pages apart: the address, and what our pages name in ``Vary``."""
KNOWN_VARY = {"cookie", "accept-language", "hx-request"}
NOT_FOR_US = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_SHARED_FOR = re.compile(r"\bs-maxage=(\d+)")


@dataclass(frozen=True, slots=True)
class Kept:
    until: float
    status: str
    headers: Headers
    body: bytes


class SharedCache:
    """Wraps a WSGI application; the pages used longest ago go first once ``most_bytes`` are held."""

    def __init__(self, application: Application, most_bytes: int = MOST_BYTES) -> None:
        self._application, self._most = application, most_bytes
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._held, self._lock = 0, Lock()

    def __call__(self, request: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = _key(request)
        if key is None:
            return self._application(request, start_response)
        if kept := self._fresh(key):
            start_response(kept.status, kept.headers)
            return [kept.body]
        return self._asked(key, request, start_response)

    def _fresh(self, key: tuple[str, ...]) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept.until <= time.monotonic():
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return kept

    def _asked(
        self, key: tuple[str, ...], request: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The application's answer, which is kept if it may be."""
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *failed: Any) -> Any:
            said[:] = [(status, headers)]
            return start_response(status, headers, *failed)

        answer = self._application(request, start)
        if not said or not (seconds := _seconds(*said[0])):
            return answer
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        self._keep(key, Kept(time.monotonic() + seconds, *said[0], body))
        return [body]

    def _keep(self, key: tuple[str, ...], kept: Kept) -> None:
        if len(kept.body) > LARGEST:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = kept
            self._held += len(kept.body)
            while self._held > self._most:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, ...]) -> None:
        if kept := self._kept.pop(key, None):
            self._held -= len(kept.body)


def _key(request: Environ) -> tuple[str, ...] | None:
    """None where the request is not for a shared cache."""
    if request["REQUEST_METHOD"] != "GET" or any(name in request for name in NOT_FOR_US):
        return None
    if settings.SESSION_COOKIE_NAME in request.get("HTTP_COOKIE", ""):
        return None
    return tuple(request.get(name, "") for name in VARIED_BY)


def _seconds(status: str, headers: Headers) -> int:
    """How long a shared cache may keep the answer; 0: not at all."""
    said: dict[str, list[str]] = {}
    for name, value in headers:
        said.setdefault(name.lower(), []).append(value)
    varies = {each.strip().lower() for value in said.get("vary", []) for each in value.split(",")}
    allowed = _SHARED_FOR.search(",".join(said.get("cache-control", [])))
    if allowed is None or not status.startswith("200") or "set-cookie" in said or varies - KNOWN_VARY:
        return 0
    return int(allowed[1])
