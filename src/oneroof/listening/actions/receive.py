"""A batch of one source comes in: known posts are passed over, new ones stored with everything they matched.

All of it, cursor included, is one transaction under the source's own lock, so that a batch is heard wholly or
not at all, and two batches of a source follow one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from oneroof.core import clock, events
from oneroof.core.errors import OneroofError
from oneroof.listening.actions.changes import apply_changes
from oneroof.listening.actions.gaps import note_gap
from oneroof.listening.actions.keys import Keys, place_posts
from oneroof.listening.actions.posts import store_posts
from oneroof.listening.actions.rejecting import set_aside
from oneroof.listening.board import board, hold_watches_still, newest_version
from oneroof.listening.enrich import Enriched, Place, enrich
from oneroof.listening.events import PostsChanged, PostsReceived, ThreadsMerged
from oneroof.listening.models import Source
from oneroof.listening.partitions import make_partitions
from oneroof.listening.sources import network
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.text.tokens import fold_handle

EVENT_POSTS = 1_000
SOURCE_LOCK = 0x0A7C6


class SourceChangedError(OneroofError):
    """What was heard is of another place than the one the source stands for now."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch: ``stored``, ``duplicates`` and ``passed_over`` were read, ``rejected`` were not.

    ``passed_over`` matched no watch where a source keeps only what does; ``matched`` counts new posts that a
    watch caught; ``changed`` are known posts that were edited, or are gone, at the source.
    """

    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    matched: int = 0
    changed: int = 0
    passed_over: int = 0


def receive_posts(
    source: Source,
    posts: Sequence[RawPost],
    *,
    rejected: Sequence[Rejected] = (),
    cursor: Mapping[str, Any] | None = None,
    gap: Mapping[str, Any] | None = None,
    if_unchanged: bool = False,
) -> Received:
    """Store one batch; safe to call again with the same posts, whole or in part.

    ``if_unchanged``: raise SourceChangedError where somebody changed the source's settings since ``source``
    was read, for then these posts and this cursor are of another place.
    """
    place = place_of(source)
    with board.turn:
        board.refresh()
        enriched = enrich(posts, place, board.matcher)
        version = board.version
    with transaction.atomic():
        lock_source(source.pk)
        if if_unchanged:
            _check_unchanged(source)
        return store_batch(source, enriched, version, rejected=rejected, cursor=cursor, gap=gap)


def store_batch(
    source: Source,
    posts: Sequence[Enriched],
    version: int,
    *,
    rejected: Sequence[Rejected] = (),
    cursor: Mapping[str, Any] | None = None,
    gap: Mapping[str, Any] | None = None,
) -> Received:
    """Store posts that were matched against the watches of ``version``, here or in another process."""
    make_partitions(post.raw.created_at for post in posts)
    with transaction.atomic():
        lock_source(source.pk)
        hold_watches_still()
        _match_again(source, posts, version)
        latest = {post.external_id: post for post in posts}
        # What was said and taken back within the batch is stored first: that it was there stays.
        said = latest | {post.external_id: post for post in posts if not post.raw.deleted}
        keys = place_posts(source, list(said.values()), keeps_all=source.keeps_all)
        ids = store_posts(source, keys)
        changed = apply_changes(source, keys, latest)
        heard = [post.raw for post in posts]
        _note(source, keys, heard, rejected=rejected, cursor=cursor, gap=gap)
        _publish(source, ids, changed, keys)
    return Received(
        stored=len(keys.new),
        duplicates=len(posts) - len(latest) + len(keys.known),
        rejected=len(rejected),
        matched=sum(bool(post.watches) for _key, post in keys.new),
        changed=len(changed),
        passed_over=len(keys.passed_over),
    )


def place_of(source: Source) -> Place:
    handles = frozenset(fold_handle(handle) for handle in source.our_handles)
    is_private = network(source.network).is_private_at(source.settings)
    return Place(
        source_id=source.pk,
        name=source.name,
        our_handles=handles,
        is_private=is_private,
        keeps_all=source.keeps_all,
    )


def lock_source(source_id: int) -> None:
    """Until the transaction ends, no batch of the source is stored but ours, and nobody changes where it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SOURCE_LOCK, source_id])


def _check_unchanged(source: Source) -> None:
    settings, secret = Source.objects.values_list("settings", "secret").get(pk=source.pk)
    if settings != source.settings or bytes(secret or b"") != bytes(source.secret or b""):
        raise SourceChangedError(f"{source.name} was changed while it was listened to.")


def _match_again(source: Source, posts: Sequence[Enriched], version: int) -> None:
    """Where watches changed since the posts were matched, match once more: now they hold still."""
    if newest_version() == version:
        return
    with board.turn:
        board.refresh()
        place = place_of(source)
        for post in posts:
            post.watches = tuple(sorted(board.matcher.match(place.document(post))))


def _note(
    source: Source,
    keys: Keys,
    heard: Sequence[RawPost],
    *,
    rejected: Sequence[Rejected],
    cursor: Mapping[str, Any] | None,
    gap: Mapping[str, Any] | None,
) -> None:
    set_aside(source, rejected)
    if gap is not None:
        note_gap(source, gap, heard)
    newest = max((post.raw.created_at for _key, post in keys.new), default=None)
    columns: dict[str, Any] = {"heard": F("heard") + len(keys.new)}
    if newest:
        columns["last_post_at"] = Greatest(F("last_post_at"), Value(newest))
    if cursor is not None:
        source.cursor = dict(cursor)
        columns["cursor"] = source.cursor
    Source.objects.filter(pk=source.pk).update(last_success_at=clock.now(), **columns)


def _publish(source: Source, ids: list[int], changed: list[int], keys: Keys) -> None:
    if keys.merged:
        events.publish(ThreadsMerged(source.pk, keys.merged), ahead=True)
    for start in range(0, len(ids), EVENT_POSTS):
        events.publish(PostsReceived(source.pk, ids[start : start + EVENT_POSTS]), ahead=True)
    if changed:
        events.publish(PostsChanged(source.pk, changed), ahead=True)
