"""The listener: asks each source when its time has come, each in a thread, so that none waits for another.

A source whose network streams keeps its thread for as long as its connection lasts; these are counted apart.
"""

import logging
import signal
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from oneroof.core.health import beat
from oneroof.core.http import SafeClient
from oneroof.listening.actions.polling import claim_poll, due_sources, poll, stream
from oneroof.listening.budgets import FOR_HEARING, within_budget
from oneroof.listening.models import Source
from oneroof.listening.secrets import SecretsLostError, settings_of
from oneroof.listening.sources import networks
from oneroof.listening.sources.base import Network

TICK = 1.0  # seconds
AT_ONCE = 16
STREAMS_AT_ONCE = 64
STOP_SECONDS = 2.0
log = logging.getLogger(__name__)


class Listener:
    """Asks the sources of those networks that can be asked."""

    def __init__(self, known: Mapping[str, Network]) -> None:
        self._networks = {key: network for key, network in known.items() if network.poll or network.stream}
        self._client = SafeClient(
            allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL
        )
        self._asking: dict[int, Thread] = {}
        self._streaming: set[int] = set()
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
                thread = Thread(target=self._ask, args=(source_id,), daemon=True, name=f"source {source_id}")
                self._asking[source_id] = thread
                thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """For those that are being asked, each for as long."""
        for thread in list(self._asking.values()):
            thread.join(seconds)

    def _ask(self, source_id: int) -> None:
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
        if self._is_to_stream(network, known):
            self._streaming.add(source.pk)
            stream(source, network, client, self._over)
        elif network.poll:
            poll(source, network, client)

    def _is_to_stream(self, network: Network, known: Mapping[str, Any]) -> bool:
        if network.stream is None or not network.is_streamed(known):
            return False
        return network.poll is None or len(self._streaming) < STREAMS_AT_ONCE


def main() -> None:
    """Listen until SIGTERM or SIGINT."""
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    listener = Listener(networks())
    listener.listen(over)
    listener.wait(STOP_SECONDS / AT_ONCE)
