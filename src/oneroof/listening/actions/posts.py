"""New posts are scored, grouped with their near-copies, and stored with their mentions."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection
from psycopg.types.json import Jsonb

from oneroof.core import clock
from oneroof.core.links import followable
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.listening.actions.keys import Key, Keys
from oneroof.listening.copies import first_copies
from oneroof.listening.enrich import Enriched, bounded, judge_all
from oneroof.listening.models import Post, Source
from oneroof.listening.need import Need, PostFacts, Risk, automatic, risk
from oneroof.listening.need_model import current_model
from oneroof.listening.sources.base import AUTOMATIC
from oneroof.listening.store import (
    BAND_COLUMNS,
    MENTION_COLUMNS,
    POST_COLUMNS,
    array_of,
    copy_numbers,
    copy_rows,
)

AGAIN_WITHIN = timedelta(days=7)

type Placed = tuple[Key, Enriched]


def store_posts(source: Source, keys: Keys) -> list[int]:
    """Store the batch's new posts; their ids. The caller holds the source's lock and the watches still."""
    if not keys.new:
        return []
    judge_all(post for _key, post in keys.new)
    identities = recognise_authors(source.network, map(_author, keys.new))
    copies = first_copies([(key.id, post) for key, post in keys.new])
    scored = _scored(keys.new, identities, copies)
    now = clock.now()
    copy_rows(
        Post._meta.db_table,
        POST_COLUMNS,
        [
            _row(source, key, post, identities[post.author_folded], need, danger, copies.get(key.id), now)
            for (key, post), (need, danger) in zip(keys.new, scored, strict=True)
        ],
    )
    add_mentions(((key.id, post) for key, post in keys.new), now)
    copy_numbers(
        "listening_copyband",
        BAND_COLUMNS,
        (
            (band, key.id, said_at)
            for key, post in keys.new
            if key.id not in copies
            for said_at in [str(post.raw.created_at)]
            for band in post.judged.bands
        ),
    )
    return [key.id for key, _post in keys.new]


def add_mentions(posts: Iterable[tuple[int, Enriched]], now: datetime) -> None:
    copy_numbers(
        "listening_mention",
        MENTION_COLUMNS,
        (
            (watch, post_id, said_at, caught_at)
            for caught_at in [str(now)]
            for post_id, post in posts
            for said_at in [str(post.raw.created_at)]
            for watch in post.watches
        ),
    )


def _author(placed: Placed) -> Author:
    post = placed[1]
    return Author(
        handle=post.author_handle,
        handle_folded=post.author_folded,
        name=post.author_name,
        followers=bounded(post.raw.followers),
        language=post.lang,
        seen_at=post.raw.created_at,
    )


def _scored(
    new: Sequence[Placed], identities: Mapping[str, int], copies: dict[int, int]
) -> list[tuple[Need, Risk | None]]:
    ours = _our_keys(new)
    earlier = _earlier_posts(new, identities)
    model = current_model()
    known = [
        facts_of(
            post,
            answers_us=key.parent_id in ours.keys,
            thread_answered=key.thread_id in ours.threads,
            author_posts=_count_before(earlier[identities[post.author_folded]], post.raw.created_at),
            is_near_copy=key.id in copies,
        )
        for key, post in new
    ]
    return [
        (automatic(), None)
        if post.raw.kind in AUTOMATIC
        else (model.score(facts, post.judged.told), danger_of(post, facts, age_minutes=_age(post)))
        for (_key, post), facts in zip(new, known, strict=True)
    ]


def danger_of(post: Enriched, facts: PostFacts, *, age_minutes: float = 0.0) -> Risk | None:
    """The risk of a post that is about us: what goes round elsewhere is no business of ours."""
    is_about_us = post.watches or post.is_to_us or facts.thread_answered_by_us
    return risk(facts, age_minutes=age_minutes, told=post.judged.told) if is_about_us else None


def facts_of(
    post: Enriched, *, answers_us: bool, thread_answered: bool, author_posts: int, is_near_copy: bool
) -> PostFacts:
    return PostFacts(
        text=post.text,
        lang=post.lang,
        feeling=post.judged.feeling,
        addressed_to_us=post.is_to_us,
        is_reply=post.parent_id is not None,
        answers_us=answers_us,
        thread_answered_by_us=thread_answered,
        is_ours=post.is_ours,
        followers=bounded(post.raw.followers),
        reposts=bounded(post.raw.reposts) or 0,
        likes=bounded(post.raw.likes) or 0,
        author_posts_7d=author_posts,
        has_link=post.has_link,
        has_image=post.has_image,
        is_near_copy=is_near_copy,
        kind=post.raw.kind,
    )


class _Ours:
    """Which keys are our own posts, and which threads we have spoken in."""

    def __init__(self, keys: set[int], threads: set[int]) -> None:
        self.keys, self.threads = keys, threads


def _our_keys(new: Sequence[Placed]) -> _Ours:
    """What is stored and what comes in this very batch."""
    threads = {key.thread_id for key, _post in new}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, thread_id FROM listening_postkey WHERE thread_id = ANY(%s::bigint[]) AND is_ours",
            [array_of(threads)],
        )
        stored = cursor.fetchall()
    batch = [(key.id, key.thread_id) for key, _post in new if key.is_ours]
    pairs = [*stored, *batch]
    return _Ours({key for key, _thread in pairs}, {thread for _key, thread in pairs})


def _earlier_posts(new: Sequence[Placed], identities: Mapping[str, int]) -> dict[int, list[datetime]]:
    """When each author spoke in the days before, this batch included; rising."""
    moments = [post.raw.created_at for _key, post in new]
    earlier: dict[int, list[datetime]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity_id, said_at FROM listening_post"
            " WHERE identity_id = ANY(%s::bigint[]) AND said_at >= %s AND said_at < %s",
            [array_of(set(identities.values())), min(moments) - AGAIN_WITHIN, max(moments)],
        )
        for identity, said_at in cursor.fetchall():
            earlier[identity].append(said_at)
    for _key, post in new:
        earlier[identities[post.author_folded]].append(post.raw.created_at)
    for said in earlier.values():
        said.sort()
    return earlier


def _count_before(said: list[datetime], moment: datetime) -> int:
    return bisect_left(said, moment) - bisect_left(said, moment - AGAIN_WITHIN)


def _age(post: Enriched) -> float:
    """Minutes from its saying to our hearing."""
    return max((clock.now() - post.raw.created_at).total_seconds() / 60, 0.0)


def _row(
    source: Source,
    key: Key,
    post: Enriched,
    identity: int,
    need: Need,
    danger: Risk | None,
    first_copy: int | None,
    now: datetime,
) -> tuple[object, ...]:
    raw, judged, link = post.raw, post.judged, link_of(source.network, post.raw.url)
    return (
        key.id, raw.created_at, now, source.pk, post.external_id, identity, post.author_handle,
        post.author_folded, post.author_name, post.text, judged.words, link, raw.kind[:40],
        post.lang and post.lang[:12], judged.feeling, post.is_ours, post.is_to_us, post.has_link, raw.has_image,
        post.has_question, bounded(raw.followers), bounded(raw.reposts), bounded(raw.likes), need.score,
        reasons_of(need), risk_of(danger), first_copy, raw.edited_at, None,
    )  # fmt: skip


def link_of(network: str, url: str) -> str:
    """Where people may follow a post, or a reply of ours: a letter may lead to a mail program."""
    return followable(url or "", also=("mailto:",) if network == "email" else ())


def reasons_of(need: Need) -> Jsonb:
    """As the column keeps them: code, points, parameters."""
    return Jsonb([{"code": each.code, "points": each.points, "params": each.params} for each in need.reasons])


def risk_of(danger: Risk | None) -> Jsonb | None:
    if danger is None:
        return None
    return Jsonb([{"code": each.code, "params": each.params} for each in danger.reasons])
