"""What is known already, near to what somebody types in any language, with the answer that helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import F

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Kind, Translation
from oneroof.community.queries.finding import Found, find
from oneroof.community.queries.translations import current_translations, readers_language
from oneroof.community.rules.passages import counterpart


@dataclass(frozen=True, slots=True)
class Near:
    """A page, and where on it the passage stands; both in the reader's language where somebody translated them."""

    entry_id: int
    page_id: int
    kind: str
    title: str
    url: str
    passage: str
    is_solved: bool
    title_lang: str
    lang: str
    """Of the passage as it stands here; empty where nobody knows."""
    foreign: str = ""
    """In which language it was written, where that is not the reader's."""
    told: Translation | None = None


def near(text: str, *, reader: User | None, limit: int = 6) -> Sequence[Near]:
    """The nearest first; nothing for less than three letters, nor for what has only a word in common."""
    pages = [each for each in find(text[:300], reader=reader, limit=4 * limit) if each.is_near][:limit]
    best = _best_answers([each.page_id for each in pages if each.entry_id == each.page_id], reader)
    found = [_answering(best[each.page_id]) if each.page_id in best else _as_found(each) for each in pages]
    return _told(found, readers_language())


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
        page_id=answer.page_id,
        kind=answer.root.kind,
        title=answer.root.title,
        url=answer.get_absolute_url(),
        passage=answer.body,
        is_solved=answer.accepted_at is not None,
        title_lang=answer.root.lang or "",
        lang=answer.lang or "",
    )


def _as_found(found: Found) -> Near:
    return Near(
        entry_id=found.entry_id,
        page_id=found.page_id,
        kind=found.kind,
        title=found.title,
        url=found.url,
        passage=found.passage,
        is_solved=found.is_solved,
        title_lang=found.title_lang or "",
        lang=found.lang or "",
    )


def _told(found: Sequence[Near], lang: str) -> list[Near]:
    """Each as its reader reads it; nothing is looked up where all is in their language."""
    foreign = [each for each in found if {each.lang, each.title_lang} - {"", lang}]
    ids = {pk for each in foreign for pk in (each.entry_id, each.page_id)}
    known = current_translations(ids, lang) if ids else {}
    return [_read(each, lang, known) for each in found]


def _read(each: Near, lang: str, known: Mapping[int, Translation]) -> Near:
    if title := known.get(each.page_id):
        each = replace(each, title=title.title or each.title, title_lang=lang)
    if not each.lang or each.lang == lang:
        return each
    told, original = known.get(each.entry_id), each.lang
    if told is None:
        return replace(each, foreign=original)
    place, mark, rest = each.url.partition("#")
    return replace(
        each,
        url=f"{place}?in={lang}{mark}{rest}",
        passage=counterpart(each.passage, told.entry.body, told.body),
        lang=lang,
        foreign=original,
        told=told,
    )
