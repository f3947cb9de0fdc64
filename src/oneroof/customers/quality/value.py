"""The model of purchases on the 1/10 sample of CDNOW: learnt on 39 weeks, held against the 39 that follow."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from oneroof.customers.value.model import (
    Histories,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    histories_of,
    spend_interval,
)

START, LEARNT = date(1997, 1, 1), date(1997, 9, 30)
WEEKS = 39.0
DRAWS = 1_000
type Bought = list[tuple[float, float]]


def sample(data: Path) -> list[Bought]:
    """Week and dollars of each customer's purchases."""
    found: dict[str, Bought] = {}
    for line in (data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines():
        _master, customer, day, _count, dollars = line.split()
        found.setdefault(customer, []).append((_week(date.fromisoformat(day)), float(dollars)))
    return list(found.values())


def _week(day: date) -> float:
    return (day - START).days / 7


def learning_part(customers: list[Bought]) -> Histories:
    until = _week(LEARNT)
    return histories_of([[each for each in bought if each[0] <= until] for bought in customers], until)


def run(data: Path) -> dict[str, Any]:
    customers = sample(data)
    told = learning_part(customers)
    purchases, amounts = fit_purchases(told), fit_amounts(told)
    until = _week(LEARNT)
    later = [[each for each in bought if until < each[0] <= until + WEEKS] for bought in customers]
    spent = np.array([sum(dollars for _at, dollars in bought) for bought in later])
    intervals = spend_interval(purchases, amounts, told, WEEKS, draws=DRAWS)
    inside = np.array([each.low <= paid <= each.high for each, paid in zip(intervals, spent, strict=True)])
    again = told.frequency > 0
    return {
        "customers": len(customers),
        "bg_nbd": dict(zip(("r", "alpha", "a", "b"), purchases.parameters, strict=True)),
        "gamma_gamma": dict(zip(("p", "q", "gamma"), amounts.parameters, strict=True)),
        "purchases_after": sum(len({at for at, _dollars in bought}) for bought in later),
        "purchases_expected": float(expected_purchases(purchases, told, WEEKS).sum()),
        "spent_after": float(spent.sum()),
        "spent_expected": sum(each.middle for each in intervals),
        "inside_80_percent": float(inside.mean()),
        "inside_80_percent_of_who_bought_again": float(inside[again].mean()),
    }
