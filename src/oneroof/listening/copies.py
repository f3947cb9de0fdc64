"""Near-copies are grouped under the first: the same complaint sent again is one complaint, counted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from django.db import connection

from oneroof.listening.enrich import Enriched
from oneroof.listening.store import array_of
from oneroof.text.similarity import Fingerprint, are_near_copies, fingerprint

LOOKS_BACK = timedelta(days=7)
COMPARED = 5  # candidates for one post, nearest first

_fingerprint = lru_cache(maxsize=20_000)(fingerprint)


def first_copies(new: Sequence[tuple[int, Enriched]]) -> dict[int, int]:
    """For each new post that is a near-copy, the first one's id; firsts are themselves copies of none."""
    firsts, texts = _stored_firsts(new)
    found: dict[int, int] = {}
    for post_id, post in sorted(new, key=lambda each: each[1].raw.created_at):
        first = _first_of(post, firsts, texts)
        if first is not None:
            found[post_id] = first
            continue
        texts[post_id] = post.text
        for band in post.judged.bands:
            firsts[band].append(post_id)
    return found


def _first_of(post: Enriched, firsts: dict[int, list[int]], texts: dict[int, str]) -> int | None:
    if not post.judged.bands:
        return None
    candidates = dict.fromkeys(
        first for band in post.judged.bands for first in firsts.get(band, ())[:COMPARED]
    )
    if not candidates:
        return None
    own: Fingerprint = _fingerprint(post.text)
    return next((first for first in candidates if are_near_copies(own, _fingerprint(texts[first]))), None)


def _stored_firsts(new: Sequence[tuple[int, Enriched]]) -> tuple[dict[int, list[int]], dict[int, str]]:
    """The stored posts that share a band with one of these, said in the days before."""
    bands = {band for _post_id, post in new for band in post.judged.bands}
    firsts: dict[int, list[int]] = defaultdict(list)
    moments = [post.raw.created_at for _post_id, post in new]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT band, post_id, said_at FROM listening_copyband"
            " WHERE band = ANY(%s::bigint[]) AND said_at BETWEEN %s AND %s ORDER BY post_id",
            [array_of(bands), min(moments) - LOOKS_BACK, max(moments)],
        )
        rows = cursor.fetchall()
        for band, post_id, _said_at in rows:
            firsts[band].append(post_id)
        cursor.execute(
            "SELECT id, text FROM listening_post WHERE id = ANY(%s) AND said_at = ANY(%s)",
            [[row[1] for row in rows], [row[2] for row in rows]],
        )
        texts = dict(cursor.fetchall())
    return defaultdict(
        list, {band: [first for first in ids if first in texts] for band, ids in firsts.items()}
    ), texts
