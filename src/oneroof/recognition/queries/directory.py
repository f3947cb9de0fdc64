"""The directory: helpers who want to be found, partners and service points, in one list by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, Func, Model, OuterRef, Q, QuerySet, Value

from oneroof.accounts.models import User
from oneroof.community.models import Entry
from oneroof.core.pagination import CursorError, Page, decode_cursor, page_of
from oneroof.recognition.models import Audience, Contribution, Listing, ListingClaim, Willingness

LIMIT, TOPICS = 40, 3
HELPER = "helper"
KINDS = (HELPER, Listing.Kind.PARTNER, Listing.Kind.SERVICE_POINT)
MAPPED = 50_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; each empty word fits everything. ``words``: a name, a skill or a topic."""

    kind: str = ""
    words: str = ""
    language: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the directory; ``of`` is the Willingness or the Listing."""

    kind: str
    name: str
    place: str
    skills: Sequence[str]
    languages: Sequence[str]
    solved: int
    topics: Sequence[str]
    of: Any


def directory(reader: User | None, wanted: Wanted, *, after: str | None = None) -> Page[Found]:
    """By name, whatever the kind: nobody stands before another. Raises CursorError."""
    keys = list(_keys(reader, wanted, after)[: LIMIT + 1])
    page = page_of(keys, LIMIT, lambda key: key)
    return Page(_rows(reader, page.rows), page.next)


def languages(reader: User | None) -> list[str]:
    """Those that somebody in the directory speaks."""
    spoken = Func(F("languages"), function="unnest", output_field=CharField())
    ours = Listing.objects.annotate(one=spoken).order_by().values_list("one", flat=True).distinct()
    theirs = Func(F("member__languages"), function="unnest", output_field=CharField())
    helpers = listed_to(reader).annotate(one=theirs).order_by().values_list("one", flat=True).distinct()
    return sorted({*ours, *helpers})


def listed_to(reader: User | None) -> QuerySet[Willingness]:
    """The helpers whom this reader may find."""
    audiences = [Audience.EVERYBODY, *([Audience.MEMBERS] if reader is not None else [])]
    return Willingness.objects.filter(listed_to__in=audiences, member__user__is_active=True)


def people_of(listing: Listing) -> list[ListingClaim]:
    """Who looks after it, and who asks to."""
    claims = listing.claims.exclude(state=ListingClaim.State.REFUSED).select_related("member__user")
    return list(claims.order_by("member__name", "pk"))


def waiting_claims() -> list[ListingClaim]:
    asked = ListingClaim.objects.filter(state=ListingClaim.State.ASKED)
    return list(asked.select_related("listing", "member").order_by("at", "pk"))


def solved_by_people_of(listings: Iterable[int]) -> dict[int, int]:
    """How many answers of those who look after them were accepted, by the listing."""
    kept = ListingClaim.objects.filter(listing__in=list(listings), state=ListingClaim.State.KEPT)
    rows = kept.values_list("listing").annotate(
        n=Count("member__contributions", filter=_accepted("member__"))
    )
    return dict(rows.order_by())


def pages() -> list[tuple[str, datetime]]:
    """Addresses for the map of the site, with when they changed."""
    places = Listing.objects.order_by("pk")[:MAPPED]
    found = [(each.get_absolute_url(), each.changed_at) for each in places]
    helpers = listed_to(None).order_by("pk").values_list("member", "changed_at")[: MAPPED - len(found)]
    return [*found, *((f"/people/{member}/", at) for member, at in helpers)]


def _keys(reader: User | None, wanted: Wanted, after: str | None) -> Any:
    helpers = _helpers(reader, wanted).annotate(
        sort=Value(HELPER, output_field=CharField()), named=F("member__name")
    )
    listings = _listings(wanted).annotate(sort=F("kind"), named=F("name"))
    sides = [
        _after(side, after).order_by().values_list("named", "sort", "pk") for side in (helpers, listings)
    ]
    if wanted.kind:
        one: QuerySet[Any, Any] = sides[0] if wanted.kind == HELPER else sides[1].filter(kind=wanted.kind)
        return one.order_by("named", "sort", "pk")
    return sides[0].union(sides[1], all=True).order_by("named", "sort", "pk")


def _after[M: Model](rows: QuerySet[M], cursor: str | None) -> QuerySet[M]:
    if not cursor:
        return rows
    name, kind, pk = decode_cursor(cursor, 3)
    if not (isinstance(name, str) and isinstance(kind, str) and type(pk) is int) or "\0" in name + kind:
        raise CursorError("This cursor belongs to another list.")
    later = Q(named__gt=name) | Q(named=name, sort__gt=kind) | Q(named=name, sort=kind, pk__gt=pk)
    return rows.filter(later)


def _helpers(reader: User | None, wanted: Wanted) -> QuerySet[Willingness]:
    rows = listed_to(reader).filter(_fits(wanted, "member__"))
    if wanted.words:
        named = Q(member__name__icontains=wanted.words) | Q(member__about__icontains=wanted.words)
        rows = rows.filter(named | Q(skills__icontains=wanted.words) | Exists(_solved(reader, wanted.words)))
    return rows


def _solved(reader: User | None, words: str) -> QuerySet[Contribution]:
    """What a helper solved in the topic of that name, as far as this reader may read it."""
    accepted = Contribution.objects.standing().filter(kind=Contribution.Kind.ACCEPTED)
    topic = "-".join(words.lower().split())
    return accepted.filter(
        member=OuterRef("member"),
        entry__in=Entry.objects.visible_to(reader),
        entry__root__tagged__tag__name=topic,
    )


def _listings(wanted: Wanted) -> QuerySet[Listing]:
    rows = Listing.objects.filter(_fits(wanted, ""))
    if wanted.words:
        words = wanted.words
        rows = rows.filter(Q(name__icontains=words) | Q(about__icontains=words) | Q(skills__icontains=words))
    return rows


def _fits(wanted: Wanted, of: str) -> Q:
    fits = Q()
    if wanted.place:
        fits &= Q(**{f"{of}place__icontains": wanted.place})
    if wanted.language:
        fits &= Q(**{f"{of}languages__contains": [wanted.language]})
    return fits


def _rows(reader: User | None, keys: Sequence[tuple[str, str, int]]) -> list[Found]:
    people = [pk for _name, kind, pk in keys if kind == HELPER]
    places = [pk for _name, kind, pk in keys if kind != HELPER]
    counted = Willingness.objects.select_related("member").annotate(
        solved=Count("member__contributions", filter=_accepted("member__"))
    )
    helpers, listings = counted.in_bulk(people), Listing.objects.in_bulk(places)
    topics = _topics(reader, [each.member_id for each in helpers.values()])
    solved = solved_by_people_of(places) if places else {}
    rows = (
        _helper(helpers.get(pk), topics) if kind == HELPER else _place(listings.get(pk), solved)
        for _name, kind, pk in keys
    )
    return [row for row in rows if row]


def _helper(row: Any, topics: Mapping[int, Sequence[str]]) -> Found | None:
    if row is None:
        return None
    of = row.member
    known = topics.get(of.pk, ())
    return Found(HELPER, of.name, of.place, row.skills, of.languages, row.solved, known, row)


def _place(row: Listing | None, solved: Mapping[int, int]) -> Found | None:
    if row is None:
        return None
    return Found(row.kind, row.name, row.place, row.skills, row.languages, solved.get(row.pk, 0), (), row)


def _topics(reader: User | None, members: Sequence[int]) -> dict[int, list[str]]:
    """In which each solved most, as far as this reader may read it."""
    if not members:
        return {}
    accepted = Contribution.objects.standing().filter(kind=Contribution.Kind.ACCEPTED, member__in=members)
    readable = accepted.filter(entry__in=Entry.objects.visible_to(reader))
    named = readable.filter(entry__root__tagged__isnull=False)
    rows = named.values_list("member", "entry__root__tagged__tag__name").annotate(n=Count("pk"))
    found: dict[int, list[str]] = defaultdict(list)
    for member, name, _n in rows.order_by("member", "-n", "entry__root__tagged__tag__name"):
        if len(found[member]) < TOPICS:
            found[member].append(name)
    return found


def _accepted(of: str) -> Q:
    told = f"{of}contributions__"
    return Q(**{f"{told}kind": Contribution.Kind.ACCEPTED, f"{told}revoked_at": None})
