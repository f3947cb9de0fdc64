"""Questions in a row: the newest, those without an answer, of a tag, of a group, of a member."""

from dataclasses import dataclass

from django.db.models import Q

from oneroof.accounts.models import User
from oneroof.community.models import Entry, EntryQuerySet, Kind
from oneroof.core.pagination import Page, decode_numbers, page_of

SHOWN = 20
SHOWS = ("newest", "unanswered", "unsolved")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions; empty: all."""

    show: str = "newest"
    tag: str = ""
    group: str = ""
    lang: str = ""


def questions(reader: User | None, wanted: Wanted, *, cursor: str | None = None) -> Page[Entry]:
    """The newest first; raises CursorError for a page that never was."""
    found = _wanted(Entry.objects.visible_to(reader).filter(kind=Kind.QUESTION, root=None), wanted)
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = found.select_related("author", "group").prefetch_related("tags").order_by("-pk")
    return page_of(list(rows[: SHOWN + 1]), SHOWN, lambda entry: (entry.pk,))


def entries_of(reader: User | None, member_id: int, *, cursor: str | None = None) -> Page[Entry]:
    """What a member wrote, as far as this reader may see it."""
    found = Entry.objects.visible_to(reader).filter(author=member_id, kind__in=(Kind.QUESTION, Kind.ANSWER))
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = found.select_related("root", "group").order_by("-pk")
    return page_of(list(rows[: SHOWN + 1]), SHOWN, lambda entry: (entry.pk,))


def _wanted(found: EntryQuerySet, wanted: Wanted) -> EntryQuerySet:
    if wanted.show == "unanswered":
        found = found.filter(answers=0, deleted_at=None).exclude(status="duplicate")
    if wanted.show == "unsolved":
        found = found.filter(accepted_answers=0).exclude(status="duplicate")
    if wanted.tag:
        found = found.filter(tagged__tag__name=wanted.tag)
    if wanted.group:
        found = found.filter(group__slug=wanted.group)
    return found.filter(Q(lang=wanted.lang) | Q(lang=None)) if wanted.lang else found
