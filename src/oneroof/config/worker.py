"""The worker: does the jobs, and gives back those of a worker that was killed."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

CONCURRENCY = 4
HEARTBEAT_SECONDS = 2.0
SILENT_SECONDS = 10.0  # after which a worker counts as dead, and its jobs run again
STOP_SECONDS = 3.0
log = logging.getLogger(__name__)


def work() -> None:
    """Do jobs of every queue until SIGTERM."""
    with _worker_app() as worker_app:
        asyncio.run(_work(worker_app))


def deliver_events() -> None:
    """Deliver the events that wait, and those that come of them, and return; other jobs wait for a worker."""
    with _worker_app() as worker_app, closing(_Connections()) as kept:
        asyncio.run(_deliver_events(worker_app, kept))


@contextmanager
def _worker_app() -> Iterator[App]:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        yield worker_app


async def _deliver_events(worker_app: App, connections_of_threads: "_Connections") -> None:
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            queues=["events"],
            wait=False,
            concurrency=CONCURRENCY,
            delete_jobs="successful",
            listen_notify=False,
            install_signal_handlers=False,
            task_middleware=[connections_of_threads.keep],
        )


async def _work(worker_app: App) -> None:
    async with worker_app.open_async():
        rescue = asyncio.create_task(_rescue_stalled_jobs(worker_app))
        await worker_app.run_worker_async(
            name="worker",
            concurrency=CONCURRENCY,
            delete_jobs="successful",
            shutdown_graceful_timeout=STOP_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            task_middleware=[_with_live_connections],
        )
        rescue.cancel()


async def _rescue_stalled_jobs(worker_app: App) -> None:
    manager = worker_app.job_manager
    while True:
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            log.warning("Job %s (%s) was left by a worker that died: it runs again.", job.id, job.task_name)
            await manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)


def _with_live_connections(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:  # noqa: ARG001  procrastinate's signature
    """Each job as each request: a connection that the database dropped is not used again."""
    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()


class _Connections:
    """Those of the threads that do the jobs: each is used again by its thread, and closed when all is done."""

    def __init__(self) -> None:
        self._kept: set[BaseDatabaseWrapper] = set()

    def keep(self, call_next: Callable[[], Any], context: Any, worker: Any) -> Any:  # noqa: ARG002  procrastinate's signature
        for connection in connections.all():
            if connection not in self._kept:
                connection.inc_thread_sharing()  # whoever closes it is another thread
                self._kept.add(connection)
        return call_next()

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()
