"""The directory: helpers who want to be found, partners and service points."""

from dataclasses import dataclass

from django.db.models import Count, Q

from oneroof.core.pagination import Page, decode_pk, page_of
from oneroof.recognition.models import Contribution, Listing, Willingness

LIMIT = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; each empty word fits everything."""

    words: str = ""
    language: str = ""
    place: str = ""


def helpers(wanted: Wanted, *, after: str | None = None) -> Page[Willingness]:
    """Whoever asked to be listed, by when they did; with ``solved``: how many answers of theirs were accepted."""
    rows = Willingness.objects.filter(is_listed=True, member__user__is_active=True)
    rows = rows.filter(_fits(wanted, "member__name", "member__about", "member__place", "member__languages"))
    if after:
        rows = rows.filter(pk__gt=decode_pk(after))
    accepted = Q(
        member__contributions__kind=Contribution.Kind.ACCEPTED, member__contributions__revoked_at=None
    )
    rows = rows.annotate(solved=Count("member__contributions", filter=accepted))
    found = list(rows.select_related("member").order_by("pk")[: LIMIT + 1])
    return page_of(found, LIMIT, lambda row: (row.pk,))


def listings(wanted: Wanted, *, after: str | None = None) -> Page[Listing]:
    rows = Listing.objects.filter(_fits(wanted, "name", "about", "place", "languages"))
    if after:
        rows = rows.filter(pk__gt=decode_pk(after))
    return page_of(list(rows.order_by("pk")[: LIMIT + 1]), LIMIT, lambda row: (row.pk,))


def _fits(wanted: Wanted, name: str, about: str, place: str, languages: str) -> Q:
    fits = Q()
    if wanted.words:
        words = wanted.words
        fits &= (
            Q(**{f"{name}__icontains": words})
            | Q(**{f"{about}__icontains": words})
            | Q(skills__icontains=words)
        )
    if wanted.place:
        fits &= Q(**{f"{place}__icontains": wanted.place})
    if wanted.language:
        fits &= Q(**{f"{languages}__contains": [wanted.language]})
    return fits
