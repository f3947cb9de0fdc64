"""Ideas and announcements: one with what stands on its page, and the lists of them."""

from collections.abc import Sequence

from oneroof.accounts.models import User
from oneroof.community.models import Announcement, Entry, EntryQuerySet, Kind, Status
from oneroof.community.queries.feeds import public
from oneroof.core.pagination import Page, decode_numbers, page_of

SHOWN, IN_A_FEED = 20, 30
SHOWS = {
    "wanted": "",
    "newest": "",
    "planned": Status.PLANNED,
    "adopted": Status.ADOPTED,
    "declined": Status.DECLINED,
}


def ideas(reader: User | None, show: str, *, cursor: str | None = None) -> Page[Entry]:
    """The most wanted open ones first, or the newest; raises CursorError for a page that never was."""
    found = Entry.objects.visible_to(reader).filter(kind=Kind.IDEA, root=None, deleted_at=None)
    found = found.exclude(status=Status.DUPLICATE).select_related("author", "group").prefetch_related("tags")
    if show == "wanted":
        return _most_wanted(found.exclude(status__in=(Status.ADOPTED, Status.DECLINED)), cursor)
    found = found.filter(status=SHOWS[show]) if SHOWS[show] else found
    return _newest(found, cursor)


def _most_wanted(found: EntryQuerySet, cursor: str | None) -> Page[Entry]:
    if cursor:
        score, pk = decode_numbers(cursor, 2)
        found = found.filter(score__lte=score).exclude(score=score, pk__gte=pk)
    rows = found.order_by("-score", "-pk")
    return page_of(list(rows[: SHOWN + 1]), SHOWN, lambda entry: (entry.score, entry.pk))


def _newest(found: EntryQuerySet, cursor: str | None) -> Page[Entry]:
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    return page_of(list(found.order_by("-pk")[: SHOWN + 1]), SHOWN, lambda entry: (entry.pk,))


def announcements(reader: User | None, *, cursor: str | None = None) -> Page[Entry]:
    """The newest first; raises CursorError."""
    found = Entry.objects.visible_to(reader).filter(kind=Kind.ANNOUNCEMENT, root=None, deleted_at=None)
    return _newest(found.select_related("author", "announcement").prefetch_related("tags"), cursor)


def announcement_of(entry: Entry) -> Announcement:
    """What came another way has no row of its own."""
    return Announcement.objects.filter(entry=entry).first() or Announcement(entry=entry)


def newest(kind: Kind) -> Sequence[Entry]:
    """For a feed."""
    found = public().filter(kind=kind, root=None).exclude(status=Status.DUPLICATE)
    return list(found.select_related("author").order_by("-pk")[:IN_A_FEED])
