"""Advisory locks that somebody else holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def locks_held(*locks: tuple[int, int]) -> Iterator[None]:
    """By a session of its own, until the block ends."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            for lock in locks:
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)
            yield
    finally:
        other.close()
