"""Posts lie by month; a month's partition is made when its first post comes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection, transaction

EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)  # older posts share one partition
PARTITIONS_LOCK = 0x0A7C5

_known: set[str] = set()


def make_partitions(moments: Iterable[datetime]) -> None:
    """Make what is missing for posts that were said at these moments."""
    months = {datetime(moment.year, moment.month, 1, tzinfo=UTC) for moment in moments if moment >= EARLIEST}
    missing = [month for month in sorted(months) if _name(month) not in _known]
    if not missing:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PARTITIONS_LOCK])
        for month in missing:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {_name(month)} PARTITION OF listening_post"
                f" FOR VALUES FROM ('{month:%Y-%m-%d} 00:00+00') TO ('{_following(month):%Y-%m-%d} 00:00+00')"
            )
        transaction.on_commit(lambda: _known.update(map(_name, missing)))


def _name(month: datetime) -> str:
    return f"listening_post_{month:%Y_%m}"


def _following(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
