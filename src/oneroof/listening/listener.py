"""The listener: asks each source when its time has come, each in a thread, so that none waits for another.

A source whose network streams keeps its thread for as long as its connection lasts; these are counted apart.
Where no stream comes about, the source is asked in the same turn, and another stream is tried later.
"""

import logging
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from oneroof.core import clock
from oneroof.core.health import beat
from oneroof.core.http import SafeClient
from oneroof.listening.actions.polling import claim_poll, due_sources, poll, stream
from oneroof.listening.budgets import FOR_HEARING, within_budget
from oneroof.listening.models import Source
from oneroof.listening.secrets import SecretsLostError, settings_of
from oneroof.listening.sources import networks
from oneroof.listening.sources.base import Network, StreamEndedError

TICK = 1.0  # seconds
AT_ONCE = 16
STREAMS_AT_ONCE = 64
STOP_SECONDS = 2.0
STREAM_PAUSE = timedelta(minutes=1)
LONGEST_STREAM_PAUSE = timedelta(minutes=10)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unstreamed:
    """Streams that were refused in a row, and until when none is tried: 1, 2, 4, 8 and then 10 minutes."""

    times: int
    until: datetime

    @classmethod
    def after(cls, earlier: int, refused: StreamEndedError) -> "Unstreamed":
        pause = min(STREAM_PAUSE * 2 ** min(earlier, 10), LONGEST_STREAM_PAUSE)
        return cls(earlier + 1, clock.now() + max(pause, timedelta(seconds=refused.next_poll_after)))


class Listener:
    """Asks the sources of those networks that can be asked."""

    def __init__(self, known: Mapping[str, Network]) -> None:
        self._networks = {key: network for key, network in known.items() if network.poll or network.stream}
        self._client = SafeClient(
            allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL
        )
        self._asking: dict[int, Thread] = {}
        self._streaming: set[int] = set()
        self._unstreamed: dict[int, Unstreamed] = {}
        self._over = Event()

    def listen(self, over: Event) -> None:
        """Go on until ``over`` is set. A database that is away for a while is waited for."""
        while not over.is_set():
            try:
                self.look_round()
            except (DatabaseError, InterfaceError):
                log.exception("The database did not answer.")
                close_old_connections()
            over.wait(TICK)
        self._over.set()

    def look_round(self) -> None:
        """Begin to ask each source that is due, as far as there are threads."""
        beat("listener")
        self._asking = {source: thread for source, thread in self._asking.items() if thread.is_alive()}
        for source_id in due_sources(list(self._networks)):
            if len(self._asking) - len(self._streaming & set(self._asking)) >= AT_ONCE:
                return
            if source_id not in self._asking:
                # A daemon: one that hangs does not keep the program, and its transaction ends with it.
                thread = Thread(target=self.ask, args=(source_id,), daemon=True, name=f"source {source_id}")
                self._asking[source_id] = thread
                thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """For those that are being asked, each for as long."""
        for thread in list(self._asking.values()):
            thread.join(seconds)

    def ask(self, source_id: int) -> None:
        """Ask one source in this thread, if it is its turn, and close the thread's connection to the database."""
        try:
            source = claim_poll(source_id)
            if source is not None:
                self._hear(source, self._networks[source.network])
        except (DatabaseError, InterfaceError):
            log.exception("The database did not answer; source %s is asked again.", source_id)
        finally:
            self._streaming.discard(source_id)
            connection.close()

    def _hear(self, source: Source, network: Network) -> None:
        try:
            known = settings_of(source)
        except SecretsLostError:
            known = {}  # asking it notes why
        client = within_budget(self._client, network, known, FOR_HEARING)
        if self._is_to_stream(source, network, known) and self._stream(source, network, client):
            return
        if network.poll:
            poll(source, network, client)

    def _stream(self, source: Source, network: Network, client: SafeClient) -> bool:
        """False where no stream came about: none is tried for a while, and the source is asked."""
        self._streaming.add(source.pk)
        refused = stream(source, network, client, self._over)
        if refused is None:
            self._unstreamed.pop(source.pk, None)
            return True
        self._streaming.discard(source.pk)
        before = self._unstreamed.get(source.pk)
        self._unstreamed[source.pk] = Unstreamed.after(before.times if before else 0, refused)
        return False

    def _is_to_stream(self, source: Source, network: Network, known: Mapping[str, Any]) -> bool:
        if network.stream is None or not network.is_streamed(known):
            return False
        if network.poll is None:
            return True
        return len(self._streaming) < STREAMS_AT_ONCE and not self._is_put_off(source)

    def _is_put_off(self, source: Source) -> bool:
        unstreamed = self._unstreamed.get(source.pk)
        return unstreamed is not None and clock.now() < unstreamed.until


def main() -> None:
    """Listen until SIGTERM or SIGINT."""
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    listener = Listener(networks())
    listener.listen(over)
    listener.wait(STOP_SECONDS / AT_ONCE)
