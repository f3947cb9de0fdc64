"""A source is asked what is new: it is heard, or its health says why not."""

import logging
import random
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.actions.gaps import next_gap, note_piece, put_off
from oneroof.listening.actions.receive import SourceChangedError, receive_posts
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.models import Source
from oneroof.listening.sources.base import (
    Batch,
    MustWaitError,
    Network,
    PollFailedError,
    StreamEndedError,
)

LEASE = timedelta(minutes=5)  # a poll that takes longer was killed, and is made again
SOONEST = timedelta(seconds=1)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
REASON_KEPT = 2_000
log = logging.getLogger(__name__)


def due_sources(keys: Sequence[str]) -> list[int]:
    """Sources of these networks that are to be asked now, the longest overdue first."""
    due = Source.objects.filter(Q(next_poll_at=None) | Q(next_poll_at__lte=clock.now()))
    in_turn = due.filter(enabled=True, network__in=keys).order_by(F("next_poll_at").asc(nulls_first=True))
    return list(in_turn.values_list("id", flat=True))


def claim_poll(source_id: int) -> Source | None:
    """Take the source's turn; None where another process has it, or nobody is to ask by now."""
    now = clock.now()
    due = Source.objects.filter(Q(next_poll_at=None) | Q(next_poll_at__lte=now), pk=source_id, enabled=True)
    if not due.update(next_poll_at=now + LEASE, last_polled_at=now):
        return None
    return Source.objects.get(pk=source_id)


def poll(source: Source, place: Network, client: SafeClient) -> None:
    """Ask a source whose turn the caller has. Never raises for what the other side did."""
    with _failure_noted(source):
        next_poll_at = clock.now() + max(SOONEST, timedelta(seconds=_hear(source, place, client)))
        _mine(source).update(next_poll_at=next_poll_at)
        Source.objects.filter(pk=source.pk).update(failures=0)
        _fill_a_gap(source, place, client)


def stream(source: Source, place: Network, client: SafeClient, over: Event) -> StreamEndedError | None:
    """Hear a source whose turn the caller has for as long as its connection lasts, the turn is ours, and ``over``
    is not set. Never raises for what the other side did; soon after it ends, it is somebody's turn again.

    Gives why no stream came about, where one may ``poll`` instead: the turn is still the caller's then."""
    heard = False
    with _failure_noted(source):
        try:
            for _batch in _heard(source, place, client, over):
                heard = True
        except StreamEndedError as refused:
            if heard or place.poll is None:
                raise
            _note_error(source, refused.reason)
            return refused
        _mine(source).update(next_poll_at=clock.now() + SOONEST)
    return None


def _heard(source: Source, place: Network, client: SafeClient, over: Event) -> Iterator[Batch]:
    """Batch after batch, as long as we may."""
    with closing(_batches(source, place, client, over)) as batches:
        for batch in batches:
            _take(source, batch)
            yield batch
            if over.is_set() or not _keep_turn(source):
                return


def _batches(source: Source, place: Network, client: SafeClient, over: Event) -> Generator[Batch]:
    assert place.stream
    yield from place.stream(good_settings(source, place, client), source.cursor, client, over)


def _keep_turn(source: Source) -> bool:
    """Put the end of the turn off; False where somebody stopped the source or gave it another time."""
    until = clock.now() + LEASE
    if not _mine(source).filter(enabled=True).update(next_poll_at=until, last_polled_at=clock.now()):
        return False
    if source.failures:
        Source.objects.filter(pk=source.pk).update(failures=0)
    source.next_poll_at, source.failures = until, 0
    return True


@contextmanager
def _failure_noted(source: Source) -> Iterator[None]:
    try:
        yield
    except SourceChangedError:
        return  # whoever changed it said when to ask again
    except MustWaitError as wait:
        _mine(source).update(next_poll_at=clock.now() + timedelta(seconds=wait.next_poll_after))
    except PollFailedError as failure:
        at_least = timedelta(seconds=failure.next_poll_after)
        _note_failure(source, failure.reason, max(at_least, _pause(source.failures)), failure.cursor)
    except Exception as error:
        log.exception("%s could not be listened to.", source.name)
        _note_failure(source, f"{type(error).__name__}: {error}", _pause(source.failures))


def _hear(source: Source, place: Network, client: SafeClient) -> float:
    assert place.poll
    batch = place.poll(good_settings(source, place, client), source.cursor, client)
    _take(source, batch)
    return batch.next_poll_after


def _take(source: Source, batch: Batch) -> None:
    with transaction.atomic():
        receive_posts(
            source,
            batch.posts,
            rejected=batch.rejected,
            cursor=batch.cursor,
            gap=batch.gap,
            if_unchanged=True,
        )
        if batch.changed_settings:
            source.settings = {**source.settings, **batch.changed_settings}
            source.save(update_fields=["settings"])


def _fill_a_gap(source: Source, place: Network, client: SafeClient) -> None:
    """A piece of one a poll, so that catching up is as polite as listening. What fails stays open.

    A gap that says ``"fillable": False`` is one that the network cannot fill.
    """
    if place.fill is None or (gap := next_gap(source)) is None:
        return
    try:
        batch = place.fill(good_settings(source, place, client), gap.described, client)
        with transaction.atomic():
            received = receive_posts(source, batch.posts, rejected=batch.rejected, if_unchanged=True)
            note_piece(gap, batch, received.stored)
    except SourceChangedError:
        return
    except PollFailedError as failure:
        put_off(gap)
        _note_error(source, f"A gap could not be filled: {failure.reason}")


def _note_failure(source: Source, reason: str, pause: timedelta, cursor: Any = None) -> None:
    if cursor is not None:
        _mine(source).update(cursor=dict(cursor))
    _mine(source).update(next_poll_at=clock.now() + pause)
    Source.objects.filter(pk=source.pk).update(failures=F("failures") + 1)
    _note_error(source, reason)


def _note_error(source: Source, reason: str) -> None:
    told = reason.replace("\0", "")[:REASON_KEPT]
    Source.objects.filter(pk=source.pk).update(last_error=told, last_error_at=clock.now())


def _mine(source: Source) -> Any:
    """The source, while the turn that we took is ours: whoever changed it since has given it another time."""
    return Source.objects.filter(pk=source.pk, next_poll_at=source.next_poll_at)


def _pause(failures: int) -> timedelta:
    """1, 2, 4 … minutes, a day at most, and a little by chance so that not all come back at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 20))
    return timedelta(seconds=longest.total_seconds() * random.uniform(0.8, 1.0))  # noqa: S311
