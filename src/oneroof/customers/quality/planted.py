"""Customers who buy as the models have it: do the parameters come back, and do the intervals hold?"""

from pathlib import Path
from typing import Any

import numpy as np

from oneroof.customers.value.model import (
    Histories,
    alive,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    histories_of,
    spend_interval,
)

RISK_BELOW = 0.5
"""As the flag says it."""
RUNS, CUSTOMERS, ASKED = 40, 1_000, 100
LEARNT, AHEAD, JOINING = 52.0, 52.0, 12.0
"""Weeks: learnt from, told ahead, and within which the first purchases fall."""
DRAWS = 1_000
SEED = 5
HOUSES = {
    "seldom": ((0.25, 4.5, 0.8, 2.4), (6.0, 4.0, 15.0)),
    "often": ((0.9, 8.0, 0.7, 3.0), (3.0, 5.0, 80.0)),
}
"""r, α, a, b of BG/NBD, and p, q, γ of Gamma-Gamma."""
type Bought = list[tuple[float, float]]


def run(_data: Path) -> dict[str, Any]:
    return {name: _house(*parameters) for name, parameters in HOUSES.items()}


def _house(purchases: tuple[float, ...], amounts: tuple[float, ...]) -> dict[str, Any]:
    chance = np.random.default_rng(SEED)
    inside, above, again, back, totals, said, stayed = [], [], [], [], [], [], []
    for _run in range(RUNS):
        drawn = [_person(chance, purchases, amounts) for _each in range(CUSTOMERS)]
        people = [bought for bought, _left in drawn]
        told = histories_of([[each for each in one if each[0] <= LEARNT] for one in people], LEARNT)
        buying, paying = fit_purchases(told), fit_amounts(told)
        back += [_holds(buying, purchases), _holds(paying, amounts)]
        once_more = told.frequency > 0
        said += list(alive(buying, told)[once_more])
        stayed += list(np.array([left > LEARNT for _bought, left in drawn])[once_more])
        ahead = [[each for each in one if each[0] > LEARNT] for one in people]
        totals.append(sum(map(len, ahead)) / float(expected_purchases(buying, told, AHEAD).sum()))
        few = Histories(*(column[:ASKED] for column in (told.frequency, told.recency, told.age, told.amount)))
        intervals = spend_interval(buying, paying, few, AHEAD, seed=_run, draws=DRAWS)
        spent = [sum(amount for _week, amount in one) for one in ahead[:ASKED]]
        inside += [each.low <= paid <= each.high for each, paid in zip(intervals, spent, strict=True)]
        above += [paid > each.high for each, paid in zip(intervals, spent, strict=True)]
        again += list(few.frequency > 0)
    bought_again = np.array(again)
    chances, stay = np.array(said), np.array(stayed)
    at_risk = chances < RISK_BELOW
    return {
        "runs": RUNS,
        "customers_each": CUSTOMERS,
        "inside_80_percent": _mean(np.array(inside)),
        "inside_80_percent_of_who_bought_again": _mean(np.array(inside)[bought_again]),
        "above": _mean(np.array(above)),
        "above_of_who_bought_again": _mean(np.array(above)[bought_again]),
        "parameters_within_95_percent": _mean(np.concatenate(back)),
        "purchases_per_expected": _mean(np.array(totals)),
        "who_bought_again_stay": {"said": _mean(chances), "so": _mean(stay)},
        "of_those_at_risk": {"said": _mean(chances[at_risk]), "so": _mean(stay[at_risk])},
    }


def _person(chance: Any, purchases: tuple[float, ...], amounts: tuple[float, ...]) -> tuple[Bought, float]:
    """Week and amount of each purchase, up to the end of what is told ahead; and the week in which they left."""
    r, alpha, a, b = purchases
    p, q, gamma = amounts
    rate, leaving, scale = chance.gamma(r, 1 / alpha), chance.beta(a, b), chance.gamma(q, 1 / gamma)
    week, bought = chance.uniform(0, JOINING), []
    while week <= LEARNT + AHEAD:
        bought.append((week, chance.gamma(p, 1 / scale)))
        if len(bought) > 1 and chance.random() < leaving:
            return bought, week
        week += chance.exponential(1 / max(rate, 1e-9))
    return bought, np.inf


def _mean(figures: Any) -> float:
    return round(float(figures.mean()), 4)


def _holds(fit: Any, planted: tuple[float, ...]) -> Any:
    """Of each parameter, whether 95 % of its logarithm's distribution hold it."""
    off = np.log(fit.parameters) - np.log(planted)
    return np.abs(off) <= 1.96 * np.sqrt(np.diag(np.array(fit.covariance)))
