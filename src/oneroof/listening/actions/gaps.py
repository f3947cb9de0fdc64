"""Stretches that were missed are noted, and filled a piece at a time: each piece with its posts, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from oneroof.core import clock
from oneroof.listening.gaps import oldest_of
from oneroof.listening.models import Source, SourceGap
from oneroof.listening.sources.base import Batch, RawPost


def next_gap(source: Source) -> SourceGap | None:
    """The one whose turn it is, of those that the network can fill."""
    gaps = source.gaps.filter(filled_at=None).exclude(described__contains={"fillable": False})
    return gaps.order_by("turn_at", "id").first()


def note_gap(source: Source, described: Mapping[str, Any], posts: Sequence[RawPost]) -> None:
    """It begins where the posts end that came with it. The caller holds the source's lock."""
    begins_at = oldest_of(posts)
    SourceGap.objects.create(
        source=source, described=dict(described), begins_at=begins_at, reached_at=begins_at
    )


def note_piece(gap: SourceGap, batch: Batch, stored: int) -> None:
    """What is left of a gap is the same gap. The caller holds the source's lock."""
    reached_at = oldest_of(batch.posts, gap.reached_at)
    columns: dict[str, Any] = {"filled_at": clock.now()}
    if batch.gap is not None:
        columns = {"described": dict(batch.gap)}
    SourceGap.objects.filter(pk=gap.pk).update(
        reached_at=reached_at,
        begins_at=gap.begins_at or reached_at,
        heard=F("heard") + stored,
        turn_at=clock.now(),
        **columns,
    )


def put_off(gap: SourceGap) -> None:
    """What could not be filled now lets the others go first."""
    SourceGap.objects.filter(pk=gap.pk).update(turn_at=clock.now())
