"""One connection to an address that was looked up, judged and pinned, under one deadline."""

import socket
import ssl
import time
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import httpcore

from oneroof.core.http.addresses import Network, parse_address, why_not, why_not_port
from oneroof.core.http.errors import AddressRefusedError, ConnectionFailedError, TooSlowError

type Resolve = Callable[[str, int], Sequence[str]]

TRIED_AT_MOST = 3
READ_AT_ONCE = 65_536


@dataclass(slots=True)
class Exchange:
    """How far one request came, and by when it must be over (on the monotonic clock)."""

    seconds: float
    ends: float = field(init=False)
    wrote: bool = False
    status: int | None = None

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.seconds

    @property
    def sent(self) -> bool | None:
        if self.status is not None:
            return True
        return None if self.wrote else False

    def left(self) -> float:
        """Seconds until the deadline; raises TooSlowError once there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def go_on(self) -> None:
        """What streams begins its patience anew with everything it says."""
        self.ends = time.monotonic() + self.seconds

    def too_slow(self) -> TooSlowError:
        return TooSlowError(
            f"It took longer than {self.seconds:g} seconds.", sent=self.sent, status=self.status
        )

    def failed(self, reason: str) -> ConnectionFailedError:
        return ConnectionFailedError(reason, sent=self.sent, status=self.status)


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Every address of a host, as the system's resolver orders them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(
    host: str,
    port: int,
    allowed: Iterable[Network],
    exchange: Exchange,
    resolve: Resolve,
    *,
    known_ports: Container[int] = (),
) -> list[str]:
    """The addresses of a host that we may go to; raises AddressRefusedError where there are none.

    ``known_ports`` are those of another protocol than the web's.
    """
    if port not in known_ports and (reason := why_not_port(port)):
        raise AddressRefusedError(f"We do not go to {host}: {reason}.")
    refusals: list[str] = []
    fine: list[str] = []
    for text in _resolved(host, port, exchange, resolve):
        reason = why_not(parse_address(text), allowed)
        if reason is None:
            fine.append(text)
        else:
            refusals.append(reason)
    if not fine:
        why = "; ".join(refusals) or "it has no address"
        raise AddressRefusedError(f"We do not go to {host}: {why}.")
    return fine[:TRIED_AT_MOST]


def _resolved(host: str, port: int, exchange: Exchange, resolve: Resolve) -> Sequence[str]:
    """Resolve on a thread of its own: the system's resolver cannot be given a deadline."""
    answer: list[Sequence[str]] = []
    failure: list[Exception] = []

    def ask() -> None:
        try:
            answer.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(exchange.left())
    if failure:
        raise exchange.failed(f"The host {host} was not found.") from failure[0]
    if not answer:
        raise exchange.too_slow()
    return answer[0]


class PinnedStream(httpcore.NetworkStream):
    """A socket whose every read and write ends with the exchange."""

    def __init__(self, connection: socket.socket, exchange: Exchange) -> None:
        self._socket = connection
        self._exchange = exchange

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        self._socket.settimeout(self._exchange.left())
        try:
            return self._socket.recv(min(max_bytes, READ_AT_ONCE))
        except TimeoutError:
            raise self._exchange.too_slow() from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline rules
        unsent = memoryview(buffer)
        while unsent:
            self._socket.settimeout(self._exchange.left())
            self._exchange.wrote = True
            try:
                unsent = unsent[self._socket.send(unsent) :]
            except TimeoutError:
                raise self._exchange.too_slow() from None
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._exchange.left())
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise self._exchange.too_slow() from None
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise self._exchange.failed(
                f"The certificate of {server_hostname} is not valid: {error.verify_message}."
            ) from error
        except (OSError, ValueError) as error:
            self.close()
            raise self._exchange.failed(f"No secure connection to {server_hostname}: {error}.") from error
        return PinnedStream(secured, self._exchange)

    def get_extra_info(self, info: str) -> Any:
        return self._socket if info == "socket" else None


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the pinned addresses, whatever the host is called; name and certificate stay the host's."""

    def __init__(self, addresses: Sequence[str], exchange: Exchange) -> None:
        self._addresses = addresses
        self._exchange = exchange

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,  # noqa: ARG002 - never given
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - never given
    ) -> httpcore.NetworkStream:
        problem = "no address"
        for number, address in enumerate(self._addresses):
            share = self._exchange.left() / (len(self._addresses) - number)
            try:
                connection = socket.create_connection((address, port), timeout=share)
            except OSError as error:
                problem = str(error)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return PinnedStream(connection, self._exchange)
        self._exchange.left()
        raise self._exchange.failed(f"No connection to {host}: {problem}.")
