"""People by what is known of them, by criteria of every room that knows something.

A package registers in its ``apps.py``::

    register_criteria(Criterion("feeling", _("What they felt"), feelings_offered, people_who_felt))

``choices`` gives what may be asked for. ``rows`` gives the rows of people to whom a value applies;
all rows of one human count as them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneroof.core import clock
from oneroof.core.pagination import LIMIT, Page, decode_pk, page_of
from oneroof.customers.consent import may_we, purposes
from oneroof.customers.flags import NAMES, people_flagged
from oneroof.customers.models import Asset, Customer, Identity, Person, Purchase, Reach, Touch, Way
from oneroof.customers.models.people import language_name

type Choices = Sequence[tuple[str, str]]
type Rows = QuerySet[Any] | Collection[int]
"""Numbers of rows of people: a query of one column, or a few numbers."""
MONTHS = (1, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    label: str | Promise
    choices: Callable[[], Choices]
    rows: Callable[[str], Rows]


_criteria: dict[str, Criterion] = {}


def register_criteria(*criteria: Criterion) -> None:
    """A second one of the same key takes the first one's place."""
    _criteria.update({each.key: each for each in criteria})


def criteria() -> Sequence[Criterion]:
    return tuple(_criteria.values())


def people_who(asked: Mapping[str, str]) -> QuerySet[Person]:
    """Whole people to whom all of it applies; what nobody registered (any more) applies to none."""
    found = Person.objects.whole()
    for key, value in asked.items():
        criterion = _criteria.get(key)
        if criterion is None:
            return Person.objects.none()
        rows = Person.objects.filter(pk__in=criterion.rows(value)).order_by()
        found = found.filter(pk__in=rows.values(whole=Coalesce("merged_into_id", "pk")))
    return found


def segment_page(asked: Mapping[str, str], cursor: str | None = None, limit: int = LIMIT) -> Page[Person]:
    """Whom we met last first, with identities and record. Raises CursorError."""
    people = people_who(asked)
    if cursor:
        people = people.filter(pk__lt=decode_pk(cursor))
    return page_of(list(_told(people).order_by("-pk")[: limit + 1]), limit, lambda each: (each.pk,))


def lines_of(asked: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """One a person, as HEADER has it."""
    for person in _told(people_who(asked)).order_by("pk").iterator(chunk_size=500):
        record = getattr(person, "customer", None)
        handles = "; ".join(f"{each.network}:{each.handle}" for each in person.identities.all())
        known = (record.external_id, record.email, record.company) if record else ("", "", "")
        yield (person.pk, person.name, person.language, *known, handles)


HEADER = ("person", "name", "language", "customer", "email", "company", "handles")


def _told(people: QuerySet[Person]) -> QuerySet[Person]:
    identities = Prefetch("identities", Identity.objects.order_by("-last_seen_at", "pk"))
    return people.select_related("customer").prefetch_related(identities)


def _languages() -> Choices:
    codes = Person.objects.exclude(language="").order_by("language").values_list("language", flat=True)
    return [(code, language_name(code)) for code in codes.distinct()]


def _speak(code: str) -> Rows:
    chosen = Reach.objects.filter(language=code).values("person")
    return Person.objects.filter(Q(language=code) | Q(pk__in=chosen)).values("pk")


def _products() -> Choices:
    bought = Purchase.objects.exclude(product="").order_by().values_list("product")
    names = bought.union(Asset.objects.order_by().values_list("product")).order_by("product")
    return [(name, name) for (name,) in names[:200]]


def _own(product: str) -> Rows:
    bought = Purchase.objects.filter(product=product).values("customer")
    held = Asset.objects.filter(product=product).values("customer")
    return Customer.objects.filter(Q(pk__in=bought) | Q(pk__in=held)).values("person")


def _months() -> Choices:
    return [(str(each), _("%(count)s months") % {"count": each}) for each in MONTHS]


def _bought_within(months: str) -> Rows:
    return Purchase.objects.filter(purchased_at__gte=_ago(months)).values("customer__person")


def _silent_for(months: str) -> Rows:
    """Customers of whom no row bought since."""
    last = Customer.objects.annotate(last=Max("purchases__purchased_at"))
    recent = last.filter(last__gte=_ago(months)).annotate(
        whole=Coalesce("person__merged_into_id", "person_id")
    )
    return (
        last.filter(last__lt=_ago(months))
        .annotate(whole=Coalesce("person__merged_into_id", "person_id"))
        .exclude(whole__in=list(recent.values_list("whole", flat=True)))
        .values("person")
    )


def _ago(months: str) -> Any:
    return clock.now() - timedelta(days=30.44 * int(months))


def _ways() -> Choices:
    return [(way.value, str(way.label)) for way in Way]


def _came_by(way: str) -> Rows:
    return Touch.objects.filter(way=way).values("person")


def _asked_for() -> Choices:
    return [(each.key, str(each.label)) for each in purposes()]


def _agree(purpose: str) -> Rows:
    """Of customers alone: of everybody who ever wrote somewhere, nobody asks."""
    return may_we(purpose, list(Customer.objects.values_list("person", flat=True)))


def _flags() -> Choices:
    return [(key, str(name)) for key, name in NAMES.items()]


def _flagged(flag: str) -> Rows:
    return people_flagged(flag).values("pk")


OWN = (
    Criterion("flag", gettext_lazy("Stands out as"), _flags, _flagged),
    Criterion("language", gettext_lazy("Language"), _languages, _speak),
    Criterion("owns", gettext_lazy("Owns"), _products, _own),
    Criterion("bought", gettext_lazy("Bought within"), _months, _bought_within),
    Criterion("silent", gettext_lazy("Bought nothing for"), _months, _silent_for),
    Criterion("way", gettext_lazy("Came by"), _ways, _came_by),
    Criterion("may", gettext_lazy("Customers of whom we may"), _asked_for, _agree),
)
