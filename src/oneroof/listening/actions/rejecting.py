"""What of a batch could not be read is set aside: once each, however often a place shows it."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from django.db.models import F

from oneroof.core import clock
from oneroof.listening.models import RejectedPost, Source
from oneroof.listening.sources.base import Rejected


def set_aside(source: Source, rejected: Sequence[Rejected]) -> None:
    """The caller holds the source's lock."""
    if not rejected:
        return
    latest = {digest_of(each): each for each in rejected}
    times = Counter(map(digest_of, rejected))
    stored = RejectedPost.objects.filter(source=source, digest__in=latest)
    known = set(stored.values_list("digest", flat=True))
    for digest in known:
        stored.filter(digest=digest).update(
            count=F("count") + times[digest],
            last_at=clock.now(),
            place=latest[digest].where[:200],
            reason=latest[digest].reason,
        )
    RejectedPost.objects.bulk_create(
        RejectedPost(
            source=source,
            digest=digest,
            count=times[digest],
            place=each.where[:200],
            reason=each.reason,
            raw=each.raw,
        )
        for digest, each in latest.items()
        if digest not in known
    )


def digest_of(rejected: Rejected) -> str:
    """By what came, since entries move down a feed; by its place where nothing is known of it."""
    return sha256((rejected.raw or rejected.where[:200]).encode("utf-8", "surrogatepass")).hexdigest()
