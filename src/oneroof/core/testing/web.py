"""A web server on loopback that says, byte for byte, what a test tells it to."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

LOOPBACK = ("127.0.0.0/8",)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


type Answer = bytes | Callable[[Asked, socket.socket, Event], None]


def answer(
    body: bytes | str = b"",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    length: bool = True,
) -> bytes:
    """A whole answer of HTTP."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(raw)}"] if length else []
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + raw


@dataclass(slots=True)
class LocalWeb:
    """``routes`` maps a path to an answer, or to a list of answers given one after the other.

    ``otherwise`` is the answer on every path that has no route.
    """

    port: int
    scheme: str = "http"
    otherwise: Answer = field(default_factory=lambda: answer(status=404))
    routes: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def next_answer(self, path: str) -> Answer:
        found = self.routes.get(path.partition("?")[0], self.otherwise)
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


@contextmanager
def local_web(tls: ssl.SSLContext | None = None) -> Iterator[LocalWeb]:
    """A server that runs until the block ends; every connection carries one exchange."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    web = LocalWeb(listener.getsockname()[1], "https" if tls else "http")
    over = Event()
    thread = Thread(target=_serve, args=(listener, web, over, tls), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        over.set()
        listener.close()
        thread.join(5)


def _serve(listener: socket.socket, web: LocalWeb, over: Event, tls: ssl.SSLContext | None) -> None:
    workers: list[Thread] = []
    while not over.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            break
        worker = Thread(target=_exchange, args=(connection, web, over, tls), daemon=True)
        worker.start()
        workers.append(worker)
    for worker in workers:
        worker.join(5)


def _exchange(connection: socket.socket, web: LocalWeb, over: Event, tls: ssl.SSLContext | None) -> None:
    connection.settimeout(10)
    try:
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        asked = _read_request(connection)
        web.asked.append(asked)
        said = web.next_answer(asked.path)
        if isinstance(said, bytes):
            connection.sendall(said)
        else:
            said(asked, connection, over)
    except OSError:
        return  # the client hung up: what it makes of that is what the test looks at
    finally:
        connection.close()


def _read_request(connection: socket.socket) -> Asked:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Asked(method, path, headers, body)
