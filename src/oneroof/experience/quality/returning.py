"""Does the return's 90 % interval hold what was planted? Some inputs are counted from samples, some stated."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from oneroof.experience.rules.returns import Input, counted_share, mean_cost, simulate

RUNS = 2_000
DRAWS = 2_000
SEED = 5
CASES = ((2_000, 400), (200, 20), (50, 3))
"""Visits to the box, and contacts that say what they cost."""
STATED = {"would_have_called": 0.1, "no_contact": 0.06, "staff_cost": 60.0}
"""How far off whoever states them is, as a deviation; nine of ten of their ranges hold the truth."""
CERTAIN = {"sought": 1.0, "overlap": 1.0, "other_benefit": 0.0, "other_cost": 0.0}
type Truth = dict[str, float]


def returns() -> list[dict[str, Any]]:
    return [_covered(visits, costed) for visits, costed in CASES]


def _covered(visits: int, costed: int) -> dict[str, Any]:
    chance = np.random.default_rng(SEED)
    held, off = np.zeros(3), np.zeros(RUNS)
    for run in range(RUNS):
        truth = _truth(chance, visits)
        told = simulate(_known(chance, truth, costed), DRAWS, seed=run)
        true = _of(truth)
        shown = (told.contacts_spared, told.benefit, told.net)
        held += [each.low <= value <= each.high for each, value in zip(shown, true, strict=True)]
        off[run] = told.contacts_spared.value / true[0] - 1
    names = ("contacts_spared", "benefit", "net")
    shares = dict(zip(names, (round(float(each), 4) for each in held / RUNS), strict=True))
    return {
        "visits": visits,
        "costed": costed,
        "runs": RUNS,
        "covered": shares,
        "bias": round(float(off.mean()), 4),
    }


def _truth(chance: Any, visits: int) -> Truth:
    """Each run has a company of its own; three of ten visits seek twice."""
    return CERTAIN | {
        "visits": float(visits),
        "shown": round(1.3 * visits),
        "solved": chance.uniform(0.15, 0.6),
        "confirmed": chance.uniform(0.15, 0.6),
        "would_have_called": chance.uniform(0.25, 0.75),
        "no_contact": chance.uniform(0.6, 0.9),
        "cost_per_contact": chance.uniform(4, 12),
        "staff_cost": chance.uniform(200, 600),
    }


def _of(truth: Truth) -> tuple[float, float, float]:
    """Contacts spared, benefit and net, by the same formulas."""
    visits = truth["visits"] * truth["sought"] * truth["solved"] * truth["would_have_called"]
    answers = truth["shown"] * truth["confirmed"] * truth["no_contact"]
    spared = visits + answers - truth["overlap"] * min(visits, answers)
    benefit = spared * truth["cost_per_contact"] + truth["other_benefit"]
    return spared, benefit, benefit - truth["staff_cost"] - truth["other_cost"]


def _known(chance: Any, truth: Truth, costed: int) -> Mapping[str, Input]:
    """As the page gets them."""
    known = {name: Input(name, value, value, value) for name, value in truth.items()}
    for name, of in (("solved", "visits"), ("confirmed", "shown")):
        count = int(truth[of])
        known[name] = counted_share(name, int(chance.binomial(count, truth[name])), count)
    costs = chance.lognormal(np.log(truth["cost_per_contact"]) - 0.18, 0.6, costed)
    known["cost_per_contact"] = mean_cost(float(costs.mean()), float(costs.std(ddof=1)), costed)
    for name, deviation in STATED.items():
        value, reach = truth[name] + deviation * chance.standard_normal(), 1.645 * deviation
        known[name] = Input(name, value, max(value - reach, 0.0), value + reach)
    return known
