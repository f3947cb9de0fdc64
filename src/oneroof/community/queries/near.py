"""What is known already, near to what somebody types: by the title's trigrams, with the answer that helped."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F
from django.db.models.functions import Upper

from oneroof.accounts.models import User
from oneroof.community.models import ROOT_KINDS, Entry, Kind, Status

SHORTEST = 3
LEAST = 0.35


@dataclass(frozen=True, slots=True)
class Near:
    """A page, and where on it the passage stands."""

    entry_id: int
    kind: str
    title: str
    url: str
    passage: str
    is_solved: bool


def near(text: str, *, reader: User | None, limit: int = 6) -> Sequence[Near]:
    """The nearest first; nothing for less than three letters. Three queries at most."""
    text = " ".join(text.replace("\0", "").split())[:300]
    if len(text) < SHORTEST:
        return []
    pages = _pages(text, reader, limit)
    best = _best_answers(pages, reader)
    return [_near(page, best.get(page.pk)) for page in pages]


def _pages(text: str, reader: User | None, limit: int) -> list[Entry]:
    likeness = TrigramWordSimilarity(text.upper(), Upper("title"))
    shown = Entry.objects.visible_to(reader).filter(kind__in=ROOT_KINDS, root=None, deleted_at=None)
    found = shown.exclude(status=Status.DUPLICATE).annotate(likeness=likeness).filter(likeness__gte=LEAST)
    return list(found.order_by("-likeness", "-accepted_answers", "-pk")[:limit])


def _best_answers(pages: Sequence[Entry], reader: User | None) -> dict[int, Entry]:
    """Of each page the accepted answer, or the one with the highest score."""
    answers = Entry.objects.visible_to(reader).filter(root__in=pages, kind=Kind.ANSWER, deleted_at=None)
    in_order = answers.order_by("root", F("accepted_at").asc(nulls_last=True), "-score", "pk")
    return {each.root_id or 0: each for each in in_order.distinct("root").select_related("root")}


def _near(page: Entry, answer: Entry | None) -> Near:
    return Near(
        entry_id=(answer or page).pk,
        kind=page.kind,
        title=page.title,
        url=(answer or page).get_absolute_url(),
        passage=(answer or page).body,
        is_solved=bool(answer and answer.accepted_at),
    )
