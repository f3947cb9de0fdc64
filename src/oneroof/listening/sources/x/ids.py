"""X's ids tell the time (docs.x.com/fundamentals/x-ids): milliseconds since 2010, shifted by 22 bits. Pure."""

from datetime import UTC, datetime, timedelta

BEGINNING = 1_288_834_974_657
"""Milliseconds of Unix time."""
SHIFT = 22


def order(post_id: str) -> tuple[int, str]:
    """Ids rise with time."""
    return len(post_id), post_id


def moment_of(post_id: str) -> datetime | None:
    """When the post of that id was written; None for what is no such id."""
    if not post_id.isascii() or not post_id.isdecimal() or not 15 <= len(post_id) <= 19:
        return None
    return datetime.fromtimestamp(((int(post_id) >> SHIFT) + BEGINNING) / 1000, UTC)


def id_at(moment: datetime) -> str:
    """The smallest id of that time."""
    return str(max(0, int(moment.timestamp() * 1000) - BEGINNING) << SHIFT)


def lowered(post_id: str, by: timedelta) -> str:
    """The id of so much earlier."""
    at = moment_of(post_id)
    return id_at(at - by) if at else post_id
