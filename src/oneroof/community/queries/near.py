"""What is known already, near to what somebody types in any language, with the answer that helped."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Kind
from oneroof.community.queries.finding import Found, find


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
    """The nearest first; nothing for less than three letters, nor for what has only a word in common."""
    pages = [each for each in find(text[:300], reader=reader, limit=4 * limit) if each.is_near][:limit]
    best = _best_answers([each.page_id for each in pages if each.entry_id == each.page_id], reader)
    return [_answering(best[each.page_id]) if each.page_id in best else _as_found(each) for each in pages]


def _best_answers(pages: Sequence[int], reader: User | None) -> dict[int, Entry]:
    """Of each page the accepted answer, or the one with the highest score."""
    answers = Entry.objects.visible_to(reader).filter(root__in=pages, kind=Kind.ANSWER, deleted_at=None)
    in_order = answers.order_by("root", F("accepted_at").asc(nulls_last=True), "-score", "pk")
    return {each.page_id: each for each in in_order.distinct("root").select_related("root")}


def _answering(answer: Entry) -> Near:
    """A question was found by itself: what helps is its answer."""
    assert answer.root
    return Near(
        entry_id=answer.pk,
        kind=answer.root.kind,
        title=answer.root.title,
        url=answer.get_absolute_url(),
        passage=answer.body,
        is_solved=answer.accepted_at is not None,
    )


def _as_found(found: Found) -> Near:
    return Near(
        entry_id=found.entry_id,
        kind=found.kind,
        title=found.title,
        url=found.url,
        passage=found.passage,
        is_solved=found.is_solved,
    )
