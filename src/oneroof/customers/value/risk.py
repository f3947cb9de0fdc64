"""Customers who will more likely never buy again, all at once, by what ``telling`` says of one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from django.db.models import Count, Max, Min
from django.db.models.functions import Coalesce, TruncDate

from oneroof.core import clock
from oneroof.customers.models import Purchase, ValueModel
from oneroof.customers.value.learning import week_of
from oneroof.customers.value.model import Histories, alive
from oneroof.customers.value.telling import RISK_BELOW, fit_of

FLAG = "at_risk"
UTC_DAY = TruncDate("purchased_at", tzinfo=UTC)


def people_at_risk(flag: str) -> list[int] | None:
    """Who stands for each human; two queries. None of another flag."""
    if flag != FLAG:
        return None
    return sorted({whole for model in ValueModel.objects.all() for whole in _of(model)})


def _of(model: ValueModel) -> Iterator[int]:
    """Who bought on two days at least, by the model of what they paid in."""
    bought = Purchase.objects.filter(amount__gt=0, currency=model.currency).order_by()
    wholes = bought.values(whole=Coalesce("customer__person__merged_into", "customer__person"))
    days = wholes.annotate(
        days=Count(UTC_DAY, distinct=True), first=Min("purchased_at"), last=Max("purchased_at")
    )
    rows = list(days.filter(days__gte=2).values_list("whole", "days", "first", "last"))
    if not rows:
        return
    weeks = [_weeks(days, first, last) for _whole, days, first, last in rows]
    again, recency, age = np.array(weeks, dtype=np.float64).T
    stays = alive(fit_of(model.purchases), Histories(again, recency, age, np.zeros(len(rows))))
    yield from (row[0] for row, chance in zip(rows, stays, strict=True) if chance < RISK_BELOW)


def _weeks(days: int, first: datetime, last: datetime) -> tuple[float, float, float]:
    begin, end = week_of(first), week_of(last)
    return days - 1, end - begin, max(week_of(clock.now()), end) - begin
