"""Do what the worker would do now, in this process."""

from collections.abc import Callable
from typing import Any

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def run_jobs() -> None:
    """Run every job that is due, with a real worker on the real queue, until none is left."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            concurrency=1,
            delete_jobs="successful",
            task_middleware=[_without_leftovers],
        )


def _without_leftovers(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:  # noqa: ARG001  procrastinate's signature
    """Jobs run in threads of their own: their connections end with them."""
    try:
        return call_next()
    finally:
        connections.close_all()
