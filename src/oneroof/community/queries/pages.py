"""The page of an article, an idea or an announcement: what stands on each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneroof.accounts.models import User
from oneroof.community.models import Entry, Kind
from oneroof.community.queries.question import Reader, Said, comments_below, words_of


@dataclass(frozen=True, slots=True)
class RootPage:
    """An entry that has a page, as one reader sees it."""

    said: Said
    is_followed: bool
    is_signed_in: bool
    may_moderate: bool
    tags: Sequence[str]

    @property
    def entry(self) -> Entry:
        return self.said.entry

    @property
    def is_gone(self) -> bool:
        return self.entry.deleted_at is not None


def root_page(reader: User | None, entry_id: int, kind: Kind) -> RootPage:
    """Raises Entry.DoesNotExist."""
    shown = Entry.objects.visible_to(reader)
    entry = shown.select_related("author", "group", "duplicate_of").get(pk=entry_id, kind=kind)
    comments = comments_below(shown, entry, [entry.pk])
    every = [entry, *(each for below in comments.values() for each in below)]
    seen_by = Reader(reader, entry, comments, words_of(reader, every))
    return RootPage(
        said=seen_by.said(entry),
        is_followed=bool(reader and entry.follows.filter(member__user=reader).exists()),
        is_signed_in=reader is not None,
        may_moderate=seen_by.may_moderate,
        tags=list(entry.tags.values_list("name", flat=True)),
    )
