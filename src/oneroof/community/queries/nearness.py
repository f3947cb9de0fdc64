"""Which published articles a text is about: by meaning, and by words where the system reads no meaning."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from pgvector.django import CosineDistance

from oneroof.community.models import Kind, Passage, Status
from oneroof.community.queries.finding import find
from oneroof.text import embeddings

NEAR_ENOUGH = 0.86
"""Of 15 complaints of ours about one of ten articles, the nearest was the right one of all, and 11 lay above this;
of 15 about other things none did."""
CANDIDATES = 8
SHORTEST = 20


def articles_near(text: str, *, lang: str | None, said_at: datetime) -> Sequence[int]:
    """The nearest one that was reviewed before it was said, if any is near enough."""
    if len(text.strip()) < SHORTEST:
        return []
    pages = _by_meaning(text) if embeddings.is_available() else _by_words(text, lang)
    older = Q(entry__article__reviewed_at=None) | Q(entry__article__reviewed_at__lt=said_at)
    before = set(Passage.objects.filter(older, entry__in=pages).values_list("entry_id", flat=True))
    return [page for page in dict.fromkeys(pages) if page in before][:1]


@transaction.atomic
def _by_meaning(text: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")  # goes on past what is no article
    apart = CosineDistance("embedding", embeddings.embed_queries([text])[0])
    passages = Passage.objects.filter(
        entry__kind=Kind.ARTICLE,
        entry__status=Status.PUBLISHED,
        entry__deleted_at=None,
        entry__held_at=None,
        embedding__isnull=False,
    ).annotate(apart=apart)
    nearest = passages.filter(apart__lte=1 - NEAR_ENOUGH).order_by("apart").values_list("entry_id", flat=True)
    return list(nearest[:CANDIDATES])


def _by_words(text: str, lang: str | None) -> list[int]:
    found = find(text, reader=None, kinds=[Kind.ARTICLE], limit=CANDIDATES, lang=lang)
    return [each.page_id for each in found if each.is_near]
