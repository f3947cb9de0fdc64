"""The one place that knows what time it is, so that tests can say so instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at one aware moment: for tests and for replaying the past."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def ago(**span: float) -> datetime:
    """The moment that lies ``timedelta(**span)`` back."""
    return now() - timedelta(**span)
