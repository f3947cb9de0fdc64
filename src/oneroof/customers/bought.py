"""What somebody bought and their cases, for their timeline, and what they own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from oneroof.customers.models import Asset, Case, Purchase
from oneroof.customers.timeline import Entry


@dataclass(frozen=True, slots=True)
class Owned:
    product: str
    version: str
    since: datetime


def purchases_of(rows: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest of a person's rows; see :mod:`oneroof.customers.timeline`."""
    bought = Purchase.objects.filter(customer__person__in=rows, purchased_at__lte=until)
    newest = bought.order_by("-purchased_at", "-id")
    return [
        Entry(
            key=f"purchase:{pk:020}",
            at=purchased_at,
            icon="file-text",
            title=_("Purchase"),
            text=f"{product} {version} · {amount} {currency}".strip(" ·"),
        )
        for pk, purchased_at, product, version, amount, currency in newest.values_list(
            "pk", "purchased_at", "product", "version", "amount", "currency"
        )[:limit]
    ]


def owned_by(rows: Sequence[int]) -> list[Owned]:
    """Each product in the version that they got last."""
    bought = Purchase.objects.filter(customer__person__in=rows).exclude(product="")
    held = Asset.objects.filter(customer__person__in=rows)
    told = bought.values_list("product", "version").annotate(last=Max("purchased_at")).order_by()
    latest = told.union(held.values_list("product", "version").annotate(last=Max("since")).order_by())
    owned: dict[str, Owned] = {}
    for product, version, last in sorted(latest, key=lambda row: row[2], reverse=True):
        owned.setdefault(product, Owned(product, version, last))
    return [owned[product] for product in sorted(owned)]


def cases_of(rows: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """As they stand in the CRM, the newest first; see :mod:`oneroof.customers.timeline`."""
    opened = Case.objects.filter(customer__person__in=rows, opened_at__lte=until)
    newest = opened.order_by("-opened_at", "-id").values_list(
        "pk", "opened_at", "number", "subject", "status"
    )
    return [
        Entry(
            key=f"case:{pk:020}",
            at=opened_at,
            icon="file-text",
            title=_("Case %(number)s") % {"number": number},
            text=" · ".join(filter(None, (subject, status))),
        )
        for pk, opened_at, number, subject, status in newest[:limit]
    ]
