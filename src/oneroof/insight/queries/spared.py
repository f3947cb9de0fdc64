"""What a known answer would have spared: the sample by reason, and its cases as people judge them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from oneroof.accounts.models import User
from oneroof.community.models import Entry
from oneroof.community.queries.known_answers import answers_shown
from oneroof.core.pagination import LIMIT, Page, decode_numbers, page_of
from oneroof.insight.models import Reason, SparedCase
from oneroof.insight.rules.spared import Sampled
from oneroof.listening.models import Post

SHOWS = {
    "waiting": Q(page__isnull=False, is_spared=None),
    "judged": Q(page__isnull=False, is_spared__isnull=False),
    "unfound": Q(page=None),
}


@dataclass(frozen=True, slots=True)
class ShownCase:
    """What was said, and beside it what was known; ``title`` is empty where nothing was found, or is no more."""

    case: SparedCase
    who: str
    where: str
    text: str
    title: str = ""
    url: str = ""
    answer: str = ""

    @property
    def at(self) -> datetime:
        return self.case.said_at


def sampled() -> Mapping[int, Sampled]:
    """By reason."""
    rows = (
        _looked_at()
        .values_list("reason_id")
        .annotate(
            Count("pk"),
            Count("page"),
            judged=Count("is_spared", filter=Q(page__isnull=False)),
            spared=Count("pk", filter=Q(page__isnull=False, is_spared=True)),
        )
    )
    return {reason: Sampled(*figures) for reason, *figures in rows}


def cases(reader: User, reason_id: int | None, show: str, cursor: str | None = None) -> Page[ShownCase]:
    """Of a reason and those below it, or of all; in the order in which chance drew them."""
    found = _of(reason_id).filter(SHOWS[show]).select_related("reason", "contact", "judged_by")
    if cursor:
        found = found.filter(place__gt=decode_numbers(cursor, 1)[0])
    rows = list(found.order_by("place", "pk")[: LIMIT + 1])
    posts = _posts([row for row in rows if row.post_id])
    known = answers_shown([row.page_id for row in rows if row.page_id], reader)
    shown = [_shown(row, posts, known) for row in rows]
    return page_of(shown, LIMIT, lambda row: (row.case.place,))


def counts(reason_id: int | None) -> Mapping[str, int]:
    """How many there are to show, by kind of list."""
    return _of(reason_id).aggregate(**{name: Count("pk", filter=wanted) for name, wanted in SHOWS.items()})


def _looked_at() -> QuerySet[SparedCase]:
    return SparedCase.objects.filter(is_drawn=True, looked_at__isnull=False, reason__deleted_at=None)


def _of(reason_id: int | None) -> QuerySet[SparedCase]:
    return _looked_at() if reason_id is None else _looked_at().filter(reason__in=_with_those_below(reason_id))


def _with_those_below(reason_id: int) -> Sequence[int]:
    above = dict(Reason.objects.live().values_list("pk", "parent_id"))
    found, layer = [reason_id], [reason_id]
    while layer:
        layer = [pk for pk, parent in above.items() if parent in layer]
        found += layer
    return found


def _posts(rows: Sequence[SparedCase]) -> Mapping[int, Post]:
    if not rows:
        return {}
    span = (min(row.said_at for row in rows), max(row.said_at for row in rows))
    found = Post.objects.filter(pk__in=[row.post_id for row in rows], said_at__range=span, gone_at=None)
    return found.select_related("source").defer("words").in_bulk()


def _shown(case: SparedCase, posts: Mapping[int, Post], known: Mapping[int, tuple[Entry, str]]) -> ShownCase:
    who, where, text = _said(case, posts)
    page, answer = known.get(case.page_id or 0, (None, ""))
    if page is None:
        return ShownCase(case, who, where, text)
    return ShownCase(case, who, where, text, str(page), page.get_absolute_url(), answer)


def _said(case: SparedCase, posts: Mapping[int, Post]) -> tuple[str, str, str]:
    if case.contact is not None:
        return case.contact.customer, case.contact.channel, case.contact.text
    post = posts.get(case.post_id or 0)
    return (post.author_handle, post.source.name, post.text) if post else ("", "", "")
