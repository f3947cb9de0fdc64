"""Search: what answers a text, by its words, its title and its meaning, as far as the reader may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Upper
from pgvector.django import CosineDistance

from oneroof.accounts.models import User
from oneroof.community.models import ROOT_KINDS, Entry, EntryQuerySet, Kind, Passage, Status
from oneroof.community.queries.tags import with_main_names
from oneroof.community.queries.wording import by_words
from oneroof.community.rules.fusing import fused
from oneroof.core.steps import step_at
from oneroof.text import embeddings
from oneroof.text.language import detect

LONGEST, SHORTEST = 1_000, 3
DEEP = 60
LEAST_LIKENESS = 0.35
LEAST_MEANING = 0.83
"""Cosine from which two texts are about one thing. With this model, of 180 rephrasings of 60 questions of Stack
Exchange 99 in 100 lie above .86; of 15 questions of ours in five languages against English answers 14 lie above
.84; of 16 texts about something else 15 lie below this."""
WORDS, TITLE, MEANING = 0.25, 0.25, 1.0
"""Of the words measured: docs/quality.md."""
TYPED = 4
"""Words up to which a text is perhaps the beginning of a title, or one with a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page that answers, and where on it the best passage stands: ``entry_id`` and ``url`` lead there."""

    entry_id: int
    kind: str
    title: str
    url: str
    passage: str
    score: float
    lang: str | None
    title_lang: str | None
    page_id: int
    external_id: str
    is_solved: bool
    is_near: bool
    """Alike in meaning or title, and not only a word of it in common."""


class Hit(NamedTuple):
    """A passage that may answer, and the page on which it stands."""

    passage_id: int
    page_id: int


@transaction.atomic
def find(
    text: str,
    *,
    reader: User | None,
    kinds: Sequence[str] = ROOT_KINDS,
    limit: int = 10,
    lang: str | None = None,
) -> list[Found]:
    """The best first, each page once. ``kinds`` are of pages: a question is found by its answers, too.

    ``lang`` is the text's; unless given it is detected. Nothing for less than three letters.
    """
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if len(text) < SHORTEST:
        return []
    shown = _shown(reader, kinds)
    _set_indexes()
    meant, titled = _by_meaning(text, shown), _by_title(text, shown)
    worded = _hits(by_words(with_main_names(text), lang or detect(text), shown))
    passages = [(weight, found) for weight, found in ((WORDS, worded), (MEANING, meant)) if found]
    orders = [(weight, [each.page_id for each in found]) for weight, found in passages]
    scores = fused([*orders, (TITLE, titled)])
    best = {each.page_id: each.passage_id for _weight, found in passages for each in reversed(found)}
    near = {*titled, *(each.page_id for each in meant)}
    return _told(dict(list(scores.items())[:limit]), best, near)


def _set_indexes() -> None:
    """Until the transaction ends: meaning is sought on past what is not shown, titles as far as is likely."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'strict_order', true),"
            " set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [str(LEAST_LIKENESS)],
        )


def _shown(reader: User | None, kinds: Sequence[str]) -> EntryQuerySet:
    """Never what is deleted, held back or not published, also not to moderators; no duplicates."""
    there = Q(deleted_at=None, held_at=None, is_unlisted=False)
    page = Q(root=None, kind__in=kinds) & ~Q(status=Status.DUPLICATE)
    below = Q(root__kind__in=kinds, root__deleted_at=None, root__held_at=None, root__is_unlisted=False) & ~Q(
        root__status=Status.DUPLICATE
    )
    return Entry.objects.visible_to(reader).filter(there, page | below)


def _hits(passages: "QuerySet[Passage]") -> list[Hit]:
    """The first of them, without what they say."""
    page = Coalesce("entry__root_id", "entry_id")
    return [Hit(*row) for row in passages.values_list("pk", page)[:DEEP]]


def _by_meaning(text: str, shown: EntryQuerySet) -> list[Hit]:
    if not embeddings.is_available():
        return []
    meaning = embeddings.embed_queries([text])[0]
    apart = CosineDistance("embedding", meaning)
    embedded = Passage.objects.filter(entry__in=shown, embedding__isnull=False).annotate(apart=apart)
    nearest = embedded.order_by(apart).values_list("pk", Coalesce("entry__root_id", "entry_id"), "apart")
    return [Hit(pk, page) for pk, page, far in nearest[:DEEP] if far <= 1 - LEAST_MEANING]


def _by_title(text: str, shown: EntryQuerySet) -> list[int]:
    """By trigrams in common: of what is short, and of everything where no model reads its meaning."""
    if len(text.split()) > TYPED and embeddings.is_available():
        return []
    typed = text[:200].upper()
    likeness = TrigramWordSimilarity(typed, Upper("title"))
    titled = shown.filter(root=None).annotate(upper=Upper("title"), likeness=likeness)
    alike = titled.filter(upper__trigram_word_similar=typed).order_by("-likeness", "-pk")
    return list(alike.values_list("pk", flat=True)[:DEEP])


def _told(scores: dict[int, float], best: dict[int, int], near: set[int]) -> list[Found]:
    read = Passage.objects.select_related("entry__root").defer("words", "embedding")
    passages = read.in_bulk([best[page] for page in scores if page in best])
    standing = {each.entry.page_id: each for each in passages.values()}
    pages = Entry.objects.in_bulk([page for page in scores if page not in standing])
    pages |= {page: each.entry.root or each.entry for page, each in standing.items()}
    return [_found(pages[page], standing.get(page), score, page in near) for page, score in scores.items()]


def _found(page: Entry, passage: Passage | None, score: float, is_near: bool) -> Found:
    entry = passage.entry if passage else page
    return Found(
        entry_id=entry.pk,
        kind=entry.kind,
        title=page.title,
        url=_place(entry, passage),
        passage=passage.text if passage and passage.text else page.body[:1_200],
        score=round(score, 4),
        lang=passage.lang if passage else page.lang,
        title_lang=page.lang,
        page_id=page.pk,
        external_id=page.external_id,
        is_solved=page.accepted_answers > 0,
        is_near=is_near,
    )


def _place(entry: Entry, passage: Passage | None) -> str:
    """Of an article, the step under which the passage stands."""
    step = step_at(entry.body, passage.text) if passage and entry.kind == Kind.ARTICLE else ""
    return f"{entry.get_absolute_url()}#{step}" if step else entry.get_absolute_url()
