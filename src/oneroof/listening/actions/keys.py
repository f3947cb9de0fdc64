"""Which posts of a batch are new, and to which thread each belongs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.db import connection

from oneroof.core import clock
from oneroof.listening.enrich import Enriched
from oneroof.listening.models import PostKey, Source
from oneroof.listening.store import KEY_COLUMNS, copy_rows, next_ids
from oneroof.listening.threads import Threads


@dataclass(slots=True)
class Key:
    """One row of PostKey, stored or about to be."""

    id: int
    parent_id: int | None
    thread_id: int
    is_heard: bool
    is_ours: bool


@dataclass(slots=True)
class Keys:
    """The batch, told apart: new posts with their keys, known ones with theirs, and what is not kept."""

    new: list[tuple[Key, Enriched]] = field(default_factory=list)
    known: list[tuple[Key, Enriched]] = field(default_factory=list)
    passed_over: list[Enriched] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)


def place_posts(source: Source, posts: Sequence[Enriched], *, keeps_all: bool) -> Keys:
    """Give every new post its key, every unheard parent a placeholder, and join their threads.

    The caller holds the source's lock. ``posts`` names each external id once.
    """
    stored = _stored_keys(source, {name for post in posts for name in (post.external_id, *post.above)})
    keys = Keys()
    fresh: list[Enriched] = []
    for post in posts:
        key = stored.get(post.external_id)
        if key is not None and key.is_heard:
            keys.known.append((key, post))
        elif not post.raw.deleted:
            fresh.append(post)
    if not keeps_all:
        kept = _worth_keeping(fresh, stored)
        keys.passed_over = [post for post in fresh if post.external_id not in kept]
        fresh = [post for post in fresh if post.external_id in kept]
    _place(source, fresh, stored, keys)
    return keys


def _stored_keys(source: Source, names: set[str]) -> dict[str, Key]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, id, parent_id, thread_id, heard_at IS NOT NULL, is_ours FROM listening_postkey"
            " WHERE source_id = %s AND external_id = ANY(%s)",
            [source.pk, list(names)],
        )
        return {
            name: Key(key, parent, thread or key, is_heard=is_heard, is_ours=ours)
            for name, key, parent, thread, is_heard, ours in cursor.fetchall()
        }


def _place(source: Source, fresh: Sequence[Enriched], stored: dict[str, Key], keys: Keys) -> None:
    known = {key.id: key.thread_id for key in stored.values()}
    unknown = _unknown(fresh, stored)
    all_keys = dict(stored)
    for name, key_id in zip(unknown, next_ids("listening_postkey_id_seq", len(unknown)), strict=True):
        all_keys[name] = Key(key_id, None, key_id, is_heard=False, is_ours=False)
    threads = Threads(known)
    for post in fresh:
        key = all_keys[post.external_id]
        key.is_ours = post.is_ours
        if post.parent_id and post.parent_id != post.external_id:
            key.parent_id = all_keys[post.parent_id].id
        for elder, younger in pairwise([*post.above, post.external_id]):
            threads.join(all_keys[younger].id, all_keys[elder].id)
    for key in all_keys.values():
        key.thread_id = threads.thread_of(key.id)
    keys.new = [(all_keys[post.external_id], post) for post in fresh]
    keys.merged = threads.merged()
    move_threads(keys.merged)
    _write(source, keys.new, {name: all_keys[name] for name in unknown}, known)


def _unknown(fresh: Iterable[Enriched], stored: dict[str, Key]) -> list[str]:
    names = dict.fromkeys(name for post in fresh for name in (post.external_id, *post.above))
    return [name for name in names if name not in stored]


def _write(
    source: Source, new: list[tuple[Key, Enriched]], unknown: dict[str, Key], known: dict[int, int]
) -> None:
    now = clock.now()
    heard = {post.external_id: post for _key, post in new}
    copy_rows(
        PostKey._meta.db_table,
        KEY_COLUMNS,
        (
            (
                key.id,
                source.pk,
                name,
                key.parent_id,
                key.thread_id,
                heard[name].raw.created_at if name in heard else None,
                now if name in heard else None,
                key.is_ours,
            )
            for name, key in unknown.items()
        ),
    )
    _take_over([(key, post) for key, post in new if key.id in known])
    for key, _post in new:
        key.is_heard = True


def _take_over(arrived: list[tuple[Key, Enriched]]) -> None:
    """A parent that was only referred to has come."""
    if not arrived:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listening_postkey AS stored
            SET heard_at = %s, said_at = came.said_at, parent_id = came.parent_id,
                thread_id = came.thread_id, is_ours = came.is_ours
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::boolean[])
                AS came (id, said_at, parent_id, thread_id, is_ours)
            WHERE stored.id = came.id
            """,
            [
                clock.now(),
                [key.id for key, _post in arrived],
                [post.raw.created_at for _key, post in arrived],
                [key.parent_id for key, _post in arrived],
                [key.thread_id for key, _post in arrived],
                [key.is_ours for key, _post in arrived],
            ],
        )


def move_threads(merged: list[tuple[int, int]]) -> None:
    if not merged:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listening_postkey AS stored SET thread_id = moved.new
            FROM unnest(%s::bigint[], %s::bigint[]) AS moved (old, new)
            WHERE stored.thread_id = moved.old
            """,
            [[old for old, _new in merged], [new for _old, new in merged]],
        )


def _worth_keeping(fresh: Sequence[Enriched], stored: dict[str, Key]) -> set[str]:
    """Posts that a watch caught, and all that hangs together with one, here or in the database."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.get(name, name) != name:
            name = root[name]
        return name

    for post in fresh:
        for name in post.above:
            root[find(post.external_id)] = find(name)
    kept = {find(post.external_id) for post in fresh if post.watches}
    kept |= {find(name) for name in stored}
    return {post.external_id for post in fresh if find(post.external_id) in kept}
