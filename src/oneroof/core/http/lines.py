"""An answer that never ends by itself, line by line: no line is longer than its bound."""

from collections.abc import Iterable, Iterator

import httpx

from oneroof.core.http.errors import FetchError, TooLargeError
from oneroof.core.http.wire import Exchange

LINE_LIMIT = 1024 * 1024


class Lines:
    """``status`` and ``headers`` of the answer; iterate for its lines, without their ends. Raises FetchError."""

    def __init__(
        self,
        status: int,
        headers: httpx.Headers,
        pieces: Iterable[bytes],
        exchange: Exchange,
        line_limit: int,
    ) -> None:
        self.status = status
        self.headers = headers
        self._pieces = pieces
        self._exchange = exchange
        self._limit = line_limit

    def __iter__(self) -> Iterator[str]:
        unfinished = b""
        try:
            for piece in self._pieces:
                self._exchange.go_on()
                *lines, unfinished = (unfinished + piece).split(b"\n")
                yield from (self._read(line) for line in lines)
                self._check(unfinished)
        except FetchError as error:
            error.sent, error.status = self._exchange.sent, self._exchange.status
            raise

    def _read(self, line: bytes) -> str:
        self._check(line)
        return line.removesuffix(b"\r").decode("utf-8", "replace")

    def _check(self, line: bytes) -> None:
        if len(line) > self._limit:
            raise TooLargeError(f"A line of the stream is longer than {self._limit:,} bytes.", sent=True)
