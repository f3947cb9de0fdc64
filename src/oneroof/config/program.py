"""The whole program as ``oneroof up`` and ``oneroof demo`` run it."""

import http.client
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from oneroof.config.children import SUPERVISOR
from oneroof.config.database import database
from oneroof.config.health import readiness
from oneroof.config.running import only_one
from oneroof.config.static import collect_static_files
from oneroof.config.supervisor import Group, child_command
from oneroof.core.cluster import Cluster
from oneroof.core.errors import OneroofError
from oneroof.core.home import home

CHILDREN = ("web", "worker", "listener")
LOOK_EVERY_SECONDS = 0.2
PORT_SECONDS = 2.0  # how long the children of a killed supervisor may take to let go of the port
SLOW_SECONDS = 60.0
log = logging.getLogger(__name__)


@dataclass
class Program:
    """One run. ``prepare`` is called once the database is there; ``announce`` once all answer."""

    port: int
    announce: Callable[[], None]
    prepare: Callable[[], None] = lambda: None
    more_children: Sequence[str] = ()
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Run until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        with only_one(home(), settings.PUBLIC_URL):
            check_port(settings.BIND, self.port)
            with database():
                self._run_with_database()
        log.info("Stopped.")

    def _run_with_database(self) -> None:
        group = Group()
        environment = {**os.environ, SUPERVISOR: str(os.getpid()), "ONEROOF_PORT": str(self.port)}
        for name in (*CHILDREN, *self.more_children):
            group.add(name, child_command(name), environment)
        for step in (collect_static_files, self.prepare, group.start):
            if self._stop.is_set():
                return
            step()
        try:
            self._tend(group)
        finally:
            log.info("Stopping.")
            group.stop()

    def _tend(self, group: Group) -> None:
        cluster = None if settings.DATABASE_URL else Cluster(home())
        waiting_since: float | None = time.monotonic()
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            group.tend()
            if cluster and not cluster.is_running():
                log.error("The database died; it starts again.")
                cluster.revive()
            if waiting_since is not None:
                waiting_since = self._wait_until_ready(waiting_since)

    def _wait_until_ready(self, since: float) -> float | None:
        """The start of the waiting; None once it is over."""
        missing = {part: state for part, state in readiness().items() if state != "ok"}
        if not web_answers(self.port):
            missing["web"] = "does not answer"
        if not missing:
            connections.close_all()
            self.announce()
            return None
        if time.monotonic() - since > SLOW_SECONDS:
            log.warning("Not ready yet: %s.", ", ".join(f"{part} {state}" for part, state in missing.items()))
            return time.monotonic()
        return since


def check_port(address: str, port: int) -> None:
    """Raise OneroofError where another program has the port."""
    give_up = time.monotonic() + PORT_SECONDS
    while not _is_free(address, port):
        if time.monotonic() > give_up:
            raise OneroofError(
                f"Port {port} on {address} is taken by another program: choose another with --port."
            )
        time.sleep(LOOK_EVERY_SECONDS)


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise OneroofError(
                f"Port {port} needs more rights: choose one above 1023 with --port."
            ) from error
        except OSError:
            return False
    return True


def web_answers(port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.BIND, settings.BIND)  # noqa: S104  "everywhere"
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
