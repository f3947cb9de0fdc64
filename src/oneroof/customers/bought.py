"""What somebody bought, for their timeline, and what they own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from oneroof.customers.models import Purchase
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
    """Each product in the version that was bought last."""
    bought = Purchase.objects.filter(customer__person__in=rows).exclude(product="")
    latest = (
        bought.values("product", "version").annotate(last=Max("purchased_at")).order_by("product", "-last")
    )
    owned: dict[str, Owned] = {}
    for row in latest:
        owned.setdefault(row["product"], Owned(row["product"], row["version"], row["last"]))
    return list(owned.values())
