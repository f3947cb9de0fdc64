"""The matcher of this process, kept as new as the database: see decision 0006."""

import threading
from collections.abc import Sequence

from django.db import connection
from django.db.models import Max

from oneroof.listening.matching import Matcher
from oneroof.listening.models import Post, Watch
from oneroof.listening.watch_language import parse

MANY = 1_000  # watches for which it pays to know how often each word is said
SAMPLE = 2_000
WATCHES_LOCK = 0x0A7C4  # advisory: batches share it, a change of a watch holds it alone


class Board:
    """Every live watch, compiled. Matching and refreshing take turns."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.matcher = Matcher()
        self.version = 0

    def refresh(self) -> set[int]:
        """Take over every change since the last time; the ids of the watches that changed and are live."""
        with self.turn:
            newest = newest_version()
            if newest == self.version:
                return set()
            changed = self._apply(list(Watch.objects.filter(version__gt=self.version, version__lte=newest)))
            self.version = newest
            return changed

    def _apply(self, watches: Sequence[Watch]) -> set[int]:
        if len(watches) >= MANY and not len(self.matcher):
            self.matcher = Matcher(sample=_newest_texts())
        live = set()
        for watch in watches:
            if watch.deleted_at:
                self.matcher.remove(watch.pk)
            else:
                self.matcher.put(watch.pk, parse(watch.query))
                live.add(watch.pk)
        return live


def _newest_texts() -> Sequence[str]:
    return list(Post.objects.order_by("-said_at").values_list("text", flat=True)[:SAMPLE])


board = Board()


def newest_version() -> int:
    return Watch.objects.aggregate(newest=Max("version"))["newest"] or 0


def hold_watches_still() -> None:
    """Inside a batch's transaction: until it ends, no watch changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WATCHES_LOCK])


def next_version() -> int:
    """Inside the transaction that changes a watch: wait for batches being stored, take the next number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WATCHES_LOCK])
        cursor.execute("SELECT nextval('listening_watch_version')")
        return int(cursor.fetchone()[0])
