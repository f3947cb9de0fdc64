"""The one way out: every HTTP request that the program makes goes through a ``SafeClient``."""

import base64
import copy
import re
import socket
import ssl
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol, Self

import httpcore
import httpx

from oneroof.core.http.addresses import networks_of
from oneroof.core.http.errors import (
    AddressRefusedError,
    ConnectionFailedError,
    FetchError,
    TooManyRedirectsError,
)
from oneroof.core.http.lines import LINE_LIMIT, Lines
from oneroof.core.http.unpacking import OFFERED, read_bounded
from oneroof.core.http.wire import Exchange, PinnedBackend, Resolve, addresses_of, resolve_by_system

USER_AGENT = f"Oneroof/{version('oneroof')}"
MAX_BYTES = 10 * 1024 * 1024
DEADLINE = 30.0
REDIRECTS = 5
URL_LIMIT = 8_192

MOVED = frozenset({301, 302, 303, 307, 308})
MOVED_FOR_GOOD = frozenset({301, 308})
MAY_CROSS_HOSTS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since", "user-agent"})
HOST = re.compile(rb"[A-Za-z0-9._\-]+|[0-9A-Fa-f:.]+")
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FetchedResponse:
    """An answer read to its end. ``url`` gave it, after redirects; ``permanent_url`` is where we were told
    to go from now on, or None."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    permanent_url: str | None = None


class Gate(Protocol):
    """Stands before every request of a client and learns of every answer: a budget, for one."""

    def before(self, method: str, url: str) -> None:
        """Raises HeldBackError where the request is not to go yet."""

    def after(self, method: str, url: str, status: int, headers: httpx.Headers) -> None: ...


class SafeClient:
    """Resolves once and connects to what it resolved; refuses addresses that are not public; bounds all.

    ``allowed_networks`` are networks (``127.0.0.0/8``) that are gone to although they are not public.
    ``contact`` is an address that tells the other side who we are. May be
    shared between threads: it keeps no cookie, no connection and no other state.
    """

    def __init__(
        self,
        *,
        allowed_networks: Iterable[str] = (),
        contact: str = "",
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        self._allowed = networks_of(allowed_networks)
        self._user_agent = f"{USER_AGENT} (+{contact})" if contact else USER_AGENT
        self._tls = ssl_context or httpx.create_ssl_context()
        self._resolve = resolve
        self._gate: Gate | None = None

    @property
    def tls(self) -> ssl.SSLContext:
        """For a protocol's own library that speaks over ``connect``."""
        return self._tls

    @property
    def user_agent(self) -> str:
        return self._user_agent

    def behind(self, gate: Gate) -> Self:
        """The same client, asking the gate before every request."""
        twin = copy.copy(self)
        twin._gate = gate
        return twin

    def note(self, url: str, *, status: int, headers: Mapping[str, str]) -> None:
        """Tells the gate what an answer said of our budget in its body, in the words that headers have for it."""
        if self._gate is not None:
            self._gate.after("GET", url, status, httpx.Headers(headers))

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float = DEADLINE,
    ) -> FetchedResponse:
        """Follow up to five redirects, each judged anew. ``deadline`` is for all of it. Raises FetchError."""
        exchange = Exchange(deadline)
        request = self._request("GET", url, headers or {})
        permanent: str | None = None
        for hop in range(REDIRECTS + 1):
            answer = self._exchange(request, exchange, max_bytes)
            target = _redirect(answer)
            if target is None:
                return FetchedResponse(answer.status, answer.headers, answer.body, answer.url, permanent)
            moved_for_good = answer.status in MOVED_FOR_GOOD and (hop == 0 or permanent == answer.url)
            permanent = target if moved_for_good else permanent
            request = self._redirected(request, target)
        raise TooManyRedirectsError(f"{url} was redirected more than {REDIRECTS} times.", sent=True)

    def post(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float = DEADLINE,
    ) -> FetchedResponse:
        """Send exactly one POST: nothing is retried and no redirect is followed. Raises FetchError."""
        return self.send(
            "POST", url, content=content, headers=headers, max_bytes=max_bytes, deadline=deadline
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float = DEADLINE,
    ) -> FetchedResponse:
        """Send exactly one request of any method; a FetchError's ``sent`` tells how far it came."""
        return self._exchange(
            self._request(method, url, headers or {}, content), Exchange(deadline), max_bytes
        )

    @contextmanager
    def stream(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        patience: float = DEADLINE,
        line_limit: int = LINE_LIMIT,
    ) -> Iterator[Lines]:
        """An answer that goes on: its lines as they come. Silence longer than ``patience`` seconds ends it.

        No redirect is followed. Raises FetchError, here and while lines are read.
        """
        request = self._request("GET", url, headers or {})
        request.headers["Accept-Encoding"] = "identity"
        exchange = Exchange(patience)
        with closing(self._connection(request, exchange)) as connection:
            try:
                with closing(connection.handle_request(_wired(request))) as response:
                    exchange.status = response.status
                    answered = httpx.Headers(response.headers)
                    self._note(request, response.status, answered)
                    yield Lines(response.status, answered, response.iter_stream(), exchange, line_limit)
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise exchange.failed(f"The exchange with {request.url.host} broke: {error}.") from error

    def connect(self, url: str, *, deadline: float = DEADLINE) -> socket.socket:
        """A bare connection to the host of a ``ws`` or ``wss`` address, judged as any other, for a protocol's
        own library to speak over; TLS is the caller's, with ``tls``. Raises FetchError."""
        request = self._request("GET", re.sub(r"^ws", "http", url.strip()), {})
        self._let_go(request)
        exchange = Exchange(deadline)
        backend = PinnedBackend(self._addresses(request, exchange), exchange)
        stream = backend.connect_tcp(request.url.host, request.url.port or PORTS[request.url.scheme])
        connection: socket.socket = stream.get_extra_info("socket")
        connection.settimeout(None)
        return connection

    def connect_to(
        self, host: str, port: int, *, known_ports: Container[int] = (), deadline: float = DEADLINE
    ) -> socket.socket:
        """A bare connection to a host that speaks another protocol than the web's, judged as any other. TLS is the
        caller's, with ``tls``. Raises FetchError."""
        exchange = Exchange(deadline)
        fine = addresses_of(host, port, self._allowed, exchange, self._resolve, known_ports=known_ports)
        stream = PinnedBackend(fine, exchange).connect_tcp(host, port)
        connection: socket.socket = stream.get_extra_info("socket")
        return connection

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx.Request:
        target = _parsed(url)
        sent = httpx.Headers({"User-Agent": self._user_agent, "Accept": "*/*", **_basic(target)})
        sent.update(_sendable(headers))
        sent["Accept-Encoding"] = OFFERED
        sent["Connection"] = "close"
        return httpx.Request(
            method, target.copy_with(userinfo=b"", fragment=None), headers=sent, content=content
        )

    def _redirected(self, before: httpx.Request, target: str) -> httpx.Request:
        headers = {name: value for name, value in before.headers.items() if name != "host"}
        if _origin(before.url) != _origin(_parsed(target)):
            headers = {name: value for name, value in headers.items() if name in MAY_CROSS_HOSTS}
        return self._request("GET", target, headers)

    def _exchange(self, request: httpx.Request, exchange: Exchange, max_bytes: int) -> FetchedResponse:
        exchange.wrote, exchange.status = False, None
        with closing(self._connection(request, exchange)) as connection:
            try:
                answer = _answered(connection, request, exchange, max_bytes)
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise exchange.failed(f"The exchange with {request.url.host} broke: {error}.") from error
            except FetchError as error:
                error.sent, error.status = exchange.sent, exchange.status
                raise
        self._note(request, answer.status, answer.headers)
        return answer

    def _connection(self, request: httpx.Request, exchange: Exchange) -> httpcore.HTTPConnection:
        self._let_go(request)
        backend = PinnedBackend(self._addresses(request, exchange), exchange)
        return httpcore.HTTPConnection(
            _target(request).origin, ssl_context=self._tls, network_backend=backend
        )

    def _addresses(self, request: httpx.Request, exchange: Exchange) -> list[str]:
        host, port = request.url.raw_host.decode("ascii"), request.url.port or PORTS[request.url.scheme]
        return addresses_of(host, port, self._allowed, exchange, self._resolve)

    def _let_go(self, request: httpx.Request) -> None:
        if self._gate is not None:
            self._gate.before(request.method, str(request.url))

    def _note(self, request: httpx.Request, status: int, headers: httpx.Headers) -> None:
        if self._gate is not None:
            self._gate.after(request.method, str(request.url), status, headers)


def _answered(
    connection: httpcore.HTTPConnection, request: httpx.Request, exchange: Exchange, max_bytes: int
) -> FetchedResponse:
    response = connection.handle_request(_wired(request))
    exchange.status = response.status
    headers = httpx.Headers(response.headers)
    with closing(response):
        body = read_bounded(response.iter_stream(), headers.get("content-encoding", ""), max_bytes)
    return FetchedResponse(response.status, headers, body, str(request.url))


def _wired(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        request.method, _target(request), headers=request.headers.raw, content=request.read()
    )


def _target(request: httpx.Request) -> httpcore.URL:
    port = request.url.port or PORTS[request.url.scheme]
    return httpcore.URL(
        scheme=request.url.raw_scheme, host=request.url.raw_host, port=port, target=request.url.raw_path
    )


def _parsed(url: str) -> httpx.URL:
    """A URL that we may go to, as far as its form tells; raises AddressRefusedError."""
    if len(url) > URL_LIMIT:
        raise AddressRefusedError(f"The address is longer than {URL_LIMIT:,} characters.")
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise AddressRefusedError(f"“{url[:200]}” is not a web address: {error}.") from error
    if parsed.scheme not in PORTS:
        raise AddressRefusedError(f"“{url[:200]}” does not begin with http:// or https://.")
    if not HOST.fullmatch(parsed.raw_host):
        raise AddressRefusedError(f"“{url[:200]}” names no host.")
    return parsed


def _sendable(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Raises FetchError, in words that hold nothing of them: a header may be a secret (RFC 9110, 5.5)."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise FetchError(
                f"“{name}” cannot be sent: a key or token holds what none holds, such as an accent."
            )
    return headers


def _redirect(answer: FetchedResponse) -> str | None:
    """Where an answer sends us on to, or None."""
    location = answer.headers.get("location", "").strip()
    if answer.status not in MOVED or not location:
        return None
    try:
        return str(httpx.URL(answer.url).join(location))
    except httpx.InvalidURL as error:
        raise ConnectionFailedError(
            f"{answer.url} redirects to what is not an address.", sent=True
        ) from error


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or PORTS.get(url.scheme, 0)


def _basic(url: httpx.URL) -> dict[str, str]:
    """The credentials of an address, as a header."""
    if not url.username and not url.password:
        return {}
    pair = f"{url.username}:{url.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
