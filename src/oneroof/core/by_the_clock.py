"""What the worker does by itself at its times."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from procrastinate.contrib.django import app


def by_the_clock(cron: str, *, name: str, queue: str) -> Callable[[Callable[[], None]], Any]:
    """A job at the times of ``cron`` (in UTC); while one waits to begin, no second one is put beside it.

    The job is called with the moment it was due, which procrastinate passes to every periodic one; nothing here
    needs it, since what is due is asked of the database.
    """

    def made(act: Callable[[], None]) -> Any:
        @wraps(act)
        def due(timestamp: int) -> None:  # noqa: ARG001
            act()

        return app.periodic(cron=cron)(
            app.task(name=name, queue=queue, queueing_lock=name, pass_context=False)(due)
        )

    return made
