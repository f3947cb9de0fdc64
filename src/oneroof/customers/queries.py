"""Reads for a page or for another package."""

from collections.abc import Collection, Sequence

from django.db.models import BooleanField, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from oneroof.core.pagination import LIMIT, Page, decode_pk, page_of
from oneroof.customers.models import Customer, Identity, Link, LinkStep, Person
from oneroof.text.tokens import fold_handle

NAMED = "to_tsvector('simple', name) @@ to_tsquery('simple', %s)"  # as the index has it
MOST_FOUND = 10_000  # of one kind of match; who types more finds fewer


def people_page(text: str = "", cursor: str | None = None, limit: int = LIMIT) -> Page[Person]:
    """Whom we met last first, with their identities; ``text`` as in found. Raises CursorError."""
    people = found(text) if text.strip() else Person.objects.whole()
    return _page(people, cursor, limit)


def people_with_handle(
    handle: str, network: str = "", cursor: str | None = None, limit: int = LIMIT
) -> Page[Person]:
    """Those whose handle it is, whole, in any case, with or without its @. Raises CursorError."""
    identities = Identity.objects.filter(handle_folded=fold_handle(handle))
    if network:
        identities = identities.filter(network=network)
    return _page(Person.objects.filter(pk__in=identities.values("person_id")), cursor, limit)


def found(text: str) -> QuerySet[Person]:
    """Whose name has words that begin with each of the words, or a handle that begins with the text."""
    by_handle = Identity.objects.filter(handle_folded__startswith=fold_handle(text)).values("person_id")
    handles = by_handle.order_by()[:MOST_FOUND]
    beginnings = " & ".join(f"{word}:*" for word in _words(text))
    if not beginnings:
        return Person.objects.filter(pk__in=handles)
    is_named = RawSQL(NAMED, [beginnings], output_field=BooleanField())  # noqa: S611  words travel as a parameter
    names = (
        Person.objects.filter(is_named).order_by().values(whole=Coalesce("merged_into_id", "pk"))[:MOST_FOUND]
    )
    return Person.objects.filter(pk__in=handles.union(names))


def person(person_id: int) -> Person:
    """With identities; of a row that was joined to another, that one. Raises Person.DoesNotExist."""
    whole_id = Person.objects.get(pk=person_id).whole_id
    return _whole(Person.objects.all()).get(pk=whole_id)


def human(person_id: int) -> tuple[Person, list[Person]]:
    """Who stands for all, with identities, and all rows of theirs, each with record and reach. Two queries where
    ``person_id`` stands for all. Raises Person.DoesNotExist."""
    rows = _whole(Person.objects.of(person_id)).select_related("customer", "reach").order_by("pk")
    found = {each.pk: each for each in rows}
    if person_id not in found:
        raise Person.DoesNotExist
    whole_id = found[person_id].whole_id
    return (found[whole_id], list(found.values())) if whole_id in found else human(whole_id)


def rows_of(person_id: int) -> list[int]:
    """The rows of one human, the one that stands for all included."""
    return list(Person.objects.of(person_id).order_by("pk").values_list("pk", flat=True))


def records_of(rows: Sequence[int]) -> list[Customer]:
    """Who they are in the company's books."""
    return list(Customer.objects.filter(person__in=rows).order_by("pk"))


def people_of_customers(external_ids: Collection[str]) -> dict[str, int]:
    """Who stands for each of these customers now, by the books' number; unknown ones are left out."""
    found = Customer.objects.filter(external_id__in=external_ids).select_related("person")
    return {each.external_id: each.person.whole_id for each in found}


def links_of(rows: Sequence[int]) -> list[Link]:
    """What joins these rows, and what was said of them and others; live ones first, each with its steps."""
    links = Link.objects.filter(Q(one__in=rows) | Q(other__in=rows)).select_related("one", "other")
    steps = Prefetch("steps", LinkStep.objects.select_related("actor"))
    return sorted(
        links.prefetch_related(steps),
        key=lambda link: (not link.is_active, link.state != "proposed", link.pk),
    )


def _page(people: QuerySet[Person], cursor: str | None, limit: int) -> Page[Person]:
    if cursor:
        people = people.filter(pk__lt=decode_pk(cursor))
    rows = list(_whole(people).order_by("-pk")[: limit + 1])
    return page_of(rows, limit, lambda each: (each.pk,))


def _whole(people: QuerySet[Person]) -> QuerySet[Person]:
    identities = Prefetch("identities", Identity.objects.order_by("-last_seen_at", "pk"))
    return people.prefetch_related(identities)


def _words(text: str) -> list[str]:
    """Runs of letters and digits: nothing that to_tsquery could take for an operator."""
    return "".join(sign if sign.isalnum() else " " for sign in text).split()
