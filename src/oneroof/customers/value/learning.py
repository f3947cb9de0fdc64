"""The company's own purchases teach how its customers buy: once a night, a model for each currency."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from oneroof.core import clock
from oneroof.customers.models import Purchase, ValueModel
from oneroof.customers.value.model import Fit, TooFewError, fit_amounts, fit_purchases, histories_of

WEEK = 7 * 86_400
type Bought = list[tuple[float, float]]


def learn_value() -> int:
    """How many currencies have a model now; where there are too few customers to learn from, there is none."""
    learnt = 0
    for currency in Purchase.objects.order_by().values_list("currency", flat=True).distinct():
        learnt += _learn(currency)
    return learnt


def _learn(currency: str) -> bool:
    now = clock.now()
    bought = bought_by_person(currency)
    if not bought:
        return False
    try:
        told = histories_of(list(bought.values()), week_of(now))
        purchases, amounts = fit_purchases(told), fit_amounts(told)
    except TooFewError:
        ValueModel.objects.filter(currency=currency).delete()
        return False
    _keep(currency, purchases, amounts, now)
    return True


@transaction.atomic
def _keep(currency: str, purchases: Fit, amounts: Fit, now: datetime) -> None:
    ValueModel.objects.update_or_create(
        currency=currency,
        defaults={"purchases": asdict(purchases), "amounts": asdict(amounts), "learnt_at": now},
    )


def bought_by_person(currency: str) -> Mapping[int, Bought]:
    """What each human paid, and in which week; what was given back is no purchase."""
    rows = Purchase.objects.filter(currency=currency, amount__gt=0).values_list(
        "customer__person_id", "customer__person__merged_into_id", "purchased_at", "amount"
    )
    found: dict[int, Bought] = defaultdict(list)
    for row, whole, at, amount in rows.iterator(10_000):
        found[whole or row].append((week_of(at), float(amount)))
    return found


def week_of(moment: datetime) -> float:
    """Whole days, in weeks: what is bought on one day is one purchase."""
    return moment.timestamp() // 86_400 / 7
