"""What keeps a thread of the web server waiting is done by one person once at a time: decision 0131."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from oneroof.core.errors import OneroofError

OUTWARD, LOOKING_BACK = 0x0A7D1, 0x0A7D2
"""Advisory locks, each with a person's key."""
PLACES = 0x0A7D3
AT_ONCE = 2
"""So many calls leave the whole site at once while a person waits: the server has few threads."""
CALL_SECONDS = 5.0


class UnderWayError(OneroofError):
    """Nothing was done: another is under way."""


@contextmanager
def outward_call(person_id: int) -> Iterator[None]:
    """One call to another server, for which a person waits. Raises UnderWayError at once."""
    with ExitStack() as held:
        held.enter_context(one_at_a_time(OUTWARD, person_id))
        if not any(held.enter_context(_held(PLACES, place)) for place in range(AT_ONCE)):
            raise UnderWayError(_("Others are asking other servers just now: try again in a few seconds."))
        yield


@contextmanager
def one_at_a_time(lock: int, person_id: int) -> Iterator[None]:
    """Raises UnderWayError at once where this person is at it already."""
    with _held(lock, person_id) as is_ours:
        if not is_ours:
            raise UnderWayError(_("One is under way: wait for it to end."))
        yield


@contextmanager
def _held(lock: int, key: int) -> Iterator[bool]:
    """Of the session, not of a transaction: what is done meanwhile commits by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, key % 2**31])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, key % 2**31])
