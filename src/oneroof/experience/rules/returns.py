"""What it returns, as a distribution: Monte Carlo over inputs of which none is known exactly; pure.

Contacts that did not happen, by the two formulas in use:

- visits × share who sought support × share who solved it × share who would have called;
- answers shown × share who say it solved it × share without a contact within N days.

The same visit may be counted by both; the share that is stands as an input, and is taken off once. How much each
input matters is its squared rank correlation with the result, set to a sum of one (Saltelli et al. 2004). What is
next to measure: by how much the spread would shrink if that input were known exactly (the value of perfect
information on one input, as a reduction of variance; Oakley and O'Hagan 2004), found by the variance of the
result's mean within bands of the input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from oneroof.experience.rules.effects import t_quantile
from oneroof.experience.rules.scores import csat

LEVEL = 0.9
DRAWS = 20_000
BANDS = 40
SEED = 20_260
SHARES = ("sought", "solved", "would_have_called", "confirmed", "no_contact", "overlap")
AMOUNTS = ("visits", "shown", "cost_per_contact", "other_benefit", "staff_cost", "other_cost")


@dataclass(frozen=True, slots=True)
class Input:
    """It lies from ``low`` to ``high`` with 90 %; ``value`` is the likeliest, from ``sample`` observations."""

    name: str
    value: float
    low: float
    high: float
    sample: int | None = None


def counted_share(name: str, count: int, of: int) -> Input:
    """By Wilson's interval; of one at least."""
    found = csat(count, of, LEVEL)
    assert found
    return Input(name, found.value, found.low, found.high, of)


def mean_cost(mean: float, spread: float, count: int) -> Input:
    """Of two contacts at least, whose costs have this standard deviation; by Student's t."""
    reach = float(t_quantile(LEVEL, count - 1)) * spread / sqrt(count)
    return Input("cost_per_contact", mean, max(mean - reach, 0), mean + reach, count)


@dataclass(frozen=True, slots=True)
class Weight:
    """``swing``: the mean result with the input in its lowest and in its highest tenth."""

    name: str
    matters: float
    narrows: float
    low_swing: float
    high_swing: float


@dataclass(frozen=True, slots=True)
class Spread:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Return:
    """``chance``: how likely the benefit exceeds the cost. Intervals of 90 %."""

    contacts_by_visits: Spread
    contacts_by_answers: Spread
    contacts_spared: Spread
    benefit: Spread
    cost: Spread
    net: Spread
    ratio: Spread | None
    chance: float
    histogram: list[tuple[float, float, int]]
    weights: list[Weight]


def simulate(inputs: Mapping[str, Input], draws: int = DRAWS, seed: int = SEED) -> Return:
    """All of ``SHARES`` and ``AMOUNTS``; raises KeyError where one is missing."""
    chance = np.random.default_rng(seed)
    drawn = {name: _drawn(chance, inputs[name], draws) for name in (*SHARES, *AMOUNTS)}
    visits = drawn["visits"] * drawn["sought"] * drawn["solved"] * drawn["would_have_called"]
    answers = drawn["shown"] * drawn["confirmed"] * drawn["no_contact"]
    spared = visits + answers - drawn["overlap"] * np.minimum(visits, answers)
    benefit = spared * drawn["cost_per_contact"] + drawn["other_benefit"]
    cost = drawn["staff_cost"] + drawn["other_cost"]
    net = benefit - cost
    return Return(
        _spread(visits),
        _spread(answers),
        _spread(spared),
        _spread(benefit),
        _spread(cost),
        _spread(net),
        _spread(net / cost) if (cost > 0).all() else None,
        float((net > 0).mean()),
        _histogram(net),
        _weights(drawn, net),
    )


def _drawn(chance: Any, given: Input, draws: int) -> Any:
    """Exact where it has no spread; a share by beta, an amount by a two-piece normal cut at nothing."""
    if given.high <= given.low:
        return np.full(draws, given.value)
    if given.name in SHARES:
        return _beta(chance, given, draws)
    lower, upper = (given.value - given.low) / 1.645, (given.high - given.value) / 1.645
    z = np.abs(chance.standard_normal(draws))
    above = chance.random(draws) < upper / (lower + upper)
    return np.maximum(given.value + np.where(above, upper * z, -lower * z), 0)


def _beta(chance: Any, given: Input, draws: int) -> Any:
    """With the mean and the spread that are given; as flat as a beta may be where the spread asks for more."""
    mean = min(max((given.low + 4 * given.value + given.high) / 6, 1e-4), 1 - 1e-4)
    deviation = max((given.high - given.low) / 3.29, 1e-6)
    weight = max(mean * (1 - mean) / deviation**2 - 1, 0.5)
    return chance.beta(mean * weight, (1 - mean) * weight, draws)


def _weights(drawn: Mapping[str, Any], net: Any) -> list[Weight]:
    """Of those that vary, the one that matters most first."""
    moving = {name: values for name, values in drawn.items() if values.std() > 0}
    ranks = _ranks(net)
    raw = {name: float(np.corrcoef(_ranks(values), ranks)[0, 1]) ** 2 for name, values in moving.items()}
    whole = sum(raw.values()) or 1.0
    found = [Weight(name, raw[name] / whole, *_bands(moving[name], net)) for name in moving]
    return sorted(found, key=lambda each: -each.narrows)


def _bands(values: Any, net: Any) -> tuple[float, float, float]:
    """What knowing it would take from the spread, and the mean at its lowest and its highest tenth."""
    order = np.argsort(values, kind="stable")
    bands = np.array_split(net[order], BANDS)
    means = np.array([band.mean() for band in bands])
    within = float(net.var()) / (len(net) / BANDS)
    narrows = max(float(means.var()) - within, 0.0) / float(net.var() or 1)
    tenth = max(len(net) // 10, 1)
    return min(narrows, 1.0), float(net[order][:tenth].mean()), float(net[order][-tenth:].mean())


def _ranks(values: Any) -> Any:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _spread(values: Any) -> Spread:
    low, middle, high = np.percentile(values, [5, 50, 95])
    return Spread(float(middle), float(low), float(high))


def _histogram(net: Any) -> list[tuple[float, float, int]]:
    inside = np.clip(net, *np.percentile(net, [0.5, 99.5]))
    counts, edges = np.histogram(inside, bins=30)
    return [(float(a), float(b), int(n)) for a, b, n in zip(edges, edges[1:], counts, strict=False)]
