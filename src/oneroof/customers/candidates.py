"""Who may be one: proposals, the surest first, each with what speaks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.core.pagination import LIMIT, CursorError, Page, decode_cursor, page_of
from oneroof.customers.models import Customer, Identity, Link, LinkState, Person
from oneroof.customers.models.people import language_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal; ``sides`` are the two humans as they stand now, ``reasons`` why they may be one."""

    link: Link
    sides: Sequence[Person]
    reasons: Sequence[str]


def candidates_page(cursor: str | None = None, limit: int = LIMIT) -> Page[Candidate]:
    """A fixed number of queries. Raises CursorError."""
    proposed = Link.objects.filter(state=LinkState.PROPOSED).order_by("-strength", "pk")
    if cursor:
        strength, pk = _place(cursor)
        proposed = proposed.filter(Q(strength__lt=strength) | Q(strength=strength, pk__gt=pk))
    links = list(proposed.select_related("one", "other")[: limit + 1])
    people = _people({row.whole_id for link in links for row in (link.one, link.other)})
    candidates = [
        Candidate(link, [people[row.whole_id] for row in (link.one, link.other)], list(reasons_of(link)))
        for link in links
    ]
    return page_of(candidates, limit, lambda each: (each.link.strength, each.link.pk))


def waiting() -> int:
    """How many proposals nobody decided."""
    return Link.objects.filter(state=LinkState.PROPOSED).count()


def reasons_of(link: Link) -> Iterator[str]:
    """What its evidence says, in words."""
    told = link.told
    if handles := told.get("handles"):
        yield _("Handles: %(one)s and %(other)s") % {"one": handles[0], "other": handles[1]}
    if (names := told.get("names")) and all(names):
        yield _("Names: %(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    if handle := told.get("handle"):
        yield _("The record names %(handle)s") % {"handle": handle}
    if (sharing := told.get("customers", 1)) > 1:
        yield ngettext("%(count)s record names it", "%(count)s records name it", sharing) % {"count": sharing}
    if language := told.get("language"):
        yield _("Both speak %(language)s") % {"language": language_name(language)}
    if products := told.get("products"):
        yield _("Both own %(products)s") % {"products": ", ".join(products[:3])}
    if near := told.get("also_near"):
        yield ngettext("%(count)s other is as near", "%(count)s others are as near", near) % {"count": near}


def _people(ids: set[int]) -> dict[int, Person]:
    identities = Prefetch("identities", Identity.objects.order_by("-last_seen_at", "pk"))
    records = Prefetch("customer", Customer.objects.all())
    found = Person.objects.filter(pk__in=ids).prefetch_related(identities, records)
    return {each.pk: each for each in found}


def _place(cursor: str) -> tuple[float, int]:
    strength, pk = decode_cursor(cursor, 2)
    if not isinstance(strength, (int, float)) or isinstance(strength, bool) or type(pk) is not int:
        raise CursorError("This cursor belongs to another list.")
    return float(strength), pk
