"""Stretches that we have not heard: how far back we are in each, and how far back it goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oneroof.listening.models import SourceGap
from oneroof.listening.sources.base import RawPost

ALMOST = 99


@dataclass(frozen=True, slots=True)
class Progress:
    """``back_to`` is where the stretch ends, ``percent`` how much of it is heard; None where nobody can say."""

    gap: SourceGap
    back_to: datetime | None
    percent: int | None
    is_fillable: bool


def progress_of(source_id: int) -> Sequence[Progress]:
    """Of what is not filled yet, the oldest first."""
    return [
        Progress(gap, back_to := end_of(gap.described), _percent(gap, back_to), can_be_filled(gap.described))
        for gap in SourceGap.objects.filter(source_id=source_id, filled_at=None).order_by("id")
    ]


def can_be_filled(described: Mapping[str, Any]) -> bool:
    return described.get("fillable") is not False


def end_of(described: Mapping[str, Any]) -> datetime | None:
    """Networks say ``until`` or ``since`` what moment they read back: ISO 8601, or seconds of Unix time."""
    told = described.get("until") or described.get("since")
    try:
        if isinstance(told, int | float):
            return datetime.fromtimestamp(told, UTC)
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and moment.tzinfo else None


def oldest_of(posts: Iterable[RawPost], *known: datetime | None) -> datetime | None:
    """A deletion does not tell when its post was said."""
    said = [post.created_at for post in posts if not post.deleted]
    return min([*said, *(each for each in known if each)], default=None)


def _percent(gap: SourceGap, back_to: datetime | None) -> int | None:
    if back_to is None or gap.begins_at is None or gap.reached_at is None or gap.begins_at <= back_to:
        return None
    share = (gap.begins_at - gap.reached_at) / (gap.begins_at - back_to)
    return max(0, min(ALMOST, int(share * 100)))
