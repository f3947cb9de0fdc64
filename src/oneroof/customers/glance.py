"""Who somebody is, in five lines at most, and what to mind: beside a conversation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.customers.bought import owned_by
from oneroof.customers.flags import flags_of
from oneroof.customers.models import Case, Customer, Identity, Person, Purchase
from oneroof.customers.queries import rows_of

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Glance:
    """``lines`` say who it is, ``mind`` what to mind."""

    person_id: int
    lines: Sequence[str]
    mind: Sequence[str]


def glance_at(user: User, identity_id: int) -> Glance | None:
    """As far as the reader may know; None of nobody. A fixed number of queries."""
    person = Person.objects.filter(identities=identity_id).first()
    if person is None:
        return None
    rows = rows_of(person.pk)
    if not user.may(Permission.KNOW_CUSTOMERS):
        return Glance(person.pk, [str(person), *_reached(person)], [])
    identities = list(Identity.objects.filter(person=person).values_list("pk", flat=True))
    lines = [*_who(person, rows), *_owns(rows), *_bought(rows), *_cases(rows), *_reached(person)]
    return Glance(person.pk, lines, [flag.reason for flag in flags_of(user, rows, identities)])


def _who(person: Person, rows: Sequence[int]) -> Iterator[str]:
    record = Customer.objects.filter(person__in=rows).order_by("pk").first()
    if record is None:
        yield str(person)
        return
    since = _("customer since %(year)s") % {"year": record.since.year} if record.since else _("customer")
    yield ", ".join(filter(None, (str(record), record.company, since)))


def _owns(rows: Sequence[int]) -> Iterator[str]:
    owned = owned_by(rows)
    if owned:
        names = ", ".join(f"{each.product} {each.version}".strip() for each in owned[:SHOWN])
        more = f" +{len(owned) - SHOWN}" if len(owned) > SHOWN else ""
        yield _("Owns %(products)s") % {"products": names + more}


def _bought(rows: Sequence[int]) -> Iterator[str]:
    bought = Purchase.objects.filter(customer__person__in=rows).order_by().values("currency")
    for row in bought.annotate(total=Sum("amount"), times=Count("pk"), last=Max("purchased_at")).order_by(
        "-times"
    )[:1]:
        yield ngettext(
            "Bought once for %(total)s %(currency)s, on %(day)s",
            "Bought %(times)s times for %(total)s %(currency)s, last on %(day)s",
            row["times"],
        ) % {**row, "day": f"{row['last']:%Y-%m-%d}"}


def _cases(rows: Sequence[int]) -> Iterator[str]:
    """What the CRM still works on for them."""
    still = Case.objects.filter(customer__person__in=rows, closed_at=None).order_by("-opened_at")
    subjects = list(still.values_list("subject", "number")[: SHOWN + 1])
    if subjects:
        names = [subject or number for subject, number in subjects[:SHOWN]]
        more = " …" if len(subjects) > SHOWN else ""
        yield _("Open in the CRM: %(cases)s") % {"cases": ", ".join(names) + more}


def _reached(person: Person) -> Iterator[str]:
    """Where they speak, the place of their last word first, and their language."""
    places = (
        Identity.objects.filter(person=person).order_by("-last_seen_at").values_list("network", flat=True)
    )
    networks = list(dict.fromkeys(places))
    if networks:
        told = _("Speaks on %(places)s") % {"places": ", ".join(networks[:SHOWN])}
        yield f"{told}, {person.language_name}" if person.language else told
