"""A person's value, itemised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.customers.flags import Flag
from oneroof.customers.models import Purchase, ValueModel
from oneroof.customers.value.learning import week_of
from oneroof.customers.value.model import Fit, alive, histories_of, spend_interval
from oneroof.customers.worth import Amount, Bounds

WEEKS = 52.0
RISK_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class Value:
    """``unlearnt`` are the currencies in which too few bought again to say what will come."""

    amounts: Sequence[Amount]
    flags: Sequence[Flag]
    unlearnt: Sequence[str]


def value_of(rows: Sequence[int]) -> Value:
    """Of the human whose rows these are. A fixed number of queries."""
    bought = Purchase.objects.filter(customer__person__in=rows)
    sums = list(
        bought.order_by()
        .values("currency")
        .annotate(total=Sum("amount"), rows=Count("pk"), last=Max("purchased_at"))
    )
    models = {each.currency: each for each in ValueModel.objects.all()} if sums else {}
    paid = list(bought.filter(amount__gt=0).values_list("currency", "purchased_at", "amount"))
    amounts, flags, unlearnt = [], [], []
    for row in sorted(sums, key=lambda row: str(row["currency"])):
        amounts.append(_so_far(row))
        own = [(week_of(at), float(amount)) for currency, at, amount in paid if currency == row["currency"]]
        if (model := models.get(row["currency"])) and own:
            expected, stays = _to_come(model, own)
            amounts.append(expected)
            flags += _at_risk(row, own, stays)
        else:
            unlearnt.append(row["currency"])
    return Value(amounts, flags, unlearnt)


def _so_far(row: Mapping[str, Any]) -> Amount:
    total = float(row["total"])
    return Amount(
        _("Bought so far"),
        row["currency"],
        Bounds(total, total, total),
        row["rows"],
        "purchases",
        _("The sum of the purchases."),
    )


def _to_come(model: ValueModel, own: Sequence[tuple[float, float]]) -> tuple[Amount, float]:
    told = histories_of([own], max(week_of(clock.now()), *(week for week, _amount in own)))
    purchases, amounts = fit_of(model.purchases), fit_of(model.amounts)
    (worth,) = spend_interval(purchases, amounts, told, WEEKS)
    stays = float(alive(purchases, told)[0])
    formula = _(
        "BG/NBD and Gamma-Gamma, learnt from %(customers)s customers on %(day)s; mean, and the middle 80 %%."
    ) % {"customers": purchases.customers, "day": f"{model.learnt_at:%Y-%m-%d}"}
    told_as = Bounds(worth.low, worth.high, worth.middle)
    return Amount(_("Will buy within a year"), model.currency, told_as, len(own), "purchases", formula), stays


def _at_risk(row: Mapping[str, Any], own: Sequence[tuple[float, float]], stays: float) -> list[Flag]:
    """Who bought more than once and will more likely never buy again."""
    days = len({week for week, _amount in own})
    if days < 2 or stays >= RISK_BELOW:
        return []
    reason = _(
        "Bought on %(days)s days, last on %(day)s: the chance that they ever do again is %(chance)s %%."
    ) % {
        "days": days,
        "day": f"{row['last']:%Y-%m-%d}",
        "chance": round(100 * stays),
    }
    return [Flag("at_risk", _("At risk"), reason)]


def fit_of(kept: Mapping[str, Any]) -> Fit:
    return Fit(
        tuple(kept["parameters"]), tuple(tuple(row) for row in kept["covariance"]), int(kept["customers"])
    )
