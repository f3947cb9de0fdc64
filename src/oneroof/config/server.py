"""The web server: granian, two workers of a few threads each."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from oneroof.core.lifeline import die_with_parent

WORKERS = 2
THREADS = 4  # a worker; each holds one connection to the database
KILL_AFTER_SECONDS = 3
STATEMENT_SECONDS = 10


def serve(address: str, port: int) -> None:
    """Serve until SIGTERM."""
    server = Server(
        "oneroof.config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        respawn_failed_workers=True,
        log_enabled=True,
        log_level="warning",
        log_dictconfig=LOGGING,
    )
    server.serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"_granian": {"propagate": True, "level": "WARNING"}},
}


def _application(parent: int) -> Callable[..., Any]:
    """What each worker calls first."""
    die_with_parent(parent)
    limit_statements()
    from oneroof.config.shared_cache import SharedCache
    from oneroof.config.wsgi import application

    return SharedCache(application)


def limit_statements() -> None:
    """No request may keep a thread waiting for the database for long; libpq reads it for each new connection."""
    given = os.environ.get("PGOPTIONS", "")
    os.environ["PGOPTIONS"] = f"{given} -c statement_timeout={STATEMENT_SECONDS}s".strip()
