"""How often and how dearly customers will buy again, from when they bought. Pure.

BG/NBD: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005), equations 6
and 10, and their note of 2008 on P(alive). Gamma-Gamma: Fader and Hardie (2013), "The Gamma-Gamma Model of
Monetary Value". Parameters by maximum likelihood over their logarithms. Time is in weeks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts load when first used, which takes seconds that no command should wait for

type Floats = npt.NDArray[np.float64]

FEWEST = 50
"""Customers without whom nothing is fitted."""
DRAWS = 4_000
LEVEL = 0.8


class TooFewError(ValueError):
    """There is too little to learn from."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Of each customer: repeat purchases, weeks from first to last, weeks since the first, mean repeat amount."""

    frequency: Floats
    recency: Floats
    age: Floats
    amount: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters, and the covariance of their logarithms."""

    parameters: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    middle: float
    high: float


def fit_purchases(told: Histories) -> Fit:
    """r, α, a, b of BG/NBD."""
    x, recency, age = told.frequency, told.recency, told.age
    if len(x) < FEWEST or not (x > 0).any():
        raise TooFewError

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        same = (
            scipy.special.betaln(a, b + x)
            - scipy.special.betaln(a, b)
            + scipy.special.gammaln(r + x)
            - scipy.special.gammaln(r)
            + r * np.log(alpha)
        )
        alive = -(r + x) * np.log(alpha + age)
        with np.errstate(divide="ignore"):
            gone = np.where(
                x > 0,
                np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency),
                -np.inf,
            )
        return float(-np.sum(same + np.logaddexp(alive, gone)))

    return _fitted(loss, np.log([0.5, float(np.mean(age)) / 4, 0.8, 2.0]), len(x))


def fit_amounts(told: Histories) -> Fit:
    """p, q, γ of Gamma-Gamma, on those who bought again."""
    again = (told.frequency > 0) & (told.amount > 0)
    x, mean = told.frequency[again], told.amount[again]
    if len(x) < FEWEST:
        raise TooFewError

    def loss(logs: Floats) -> float:
        p, q, gamma = np.exp(logs)
        each = (
            scipy.special.gammaln(p * x + q)
            - scipy.special.gammaln(p * x)
            - scipy.special.gammaln(q)
            + q * np.log(gamma)
        )
        each += (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * mean)
        return float(-np.sum(each))

    return _fitted(loss, np.log([4.0, 4.0, float(np.mean(mean))]), len(x))


def _fitted(loss: Callable[[Floats], float], start: Floats, customers: int) -> Fit:
    rough = scipy.optimize.minimize(
        loss, start, method="Nelder-Mead", options={"maxiter": 8_000, "xatol": 1e-6, "fatol": 1e-6}
    )
    found = np.asarray(rough.x, dtype=np.float64)
    covariance = np.linalg.pinv(_hessian(loss, found))
    return Fit(
        tuple(float(each) for each in np.exp(found)),
        tuple(tuple(float(cell) for cell in row) for row in covariance),
        customers,
    )


def _hessian(loss: Callable[[Floats], float], at: Floats, step: float = 1e-3) -> Floats:
    """By central differences."""
    steps = np.eye(len(at)) * step
    return np.array(
        [
            [
                (loss(at + i + j) - loss(at + i - j) - loss(at - i + j) + loss(at - i - j))
                / (4 * step * step)
                for j in steps
            ]
            for i in steps
        ]
    )


def alive(fit: Fit, told: Histories) -> Floats:
    """The chance that each customer will ever buy again; who bought once counts as alive, as the model has it."""
    r, alpha, a, b = fit.parameters
    x = told.frequency
    odds = (r + x) * np.log((alpha + told.age) / (alpha + told.recency)) + np.log(
        a / (b + np.maximum(x, 1) - 1)
    )
    return np.where(x > 0, scipy.special.expit(-odds), 1.0)


def expected_purchases(fit: Fit, told: Histories, weeks: float) -> Floats:
    """Of each customer in the weeks to come (equation 10)."""
    r, alpha, a, b = fit.parameters
    x, recency, age = told.frequency, told.recency, told.age
    series = scipy.special.hyp2f1(r + x, b + x, a + b + x - 1, weeks / (alpha + age + weeks))
    first = (a + b + x - 1) / (a - 1)
    numerator = first * (1 - ((alpha + age) / (alpha + age + weeks)) ** (r + x) * series)
    odds = np.where(
        x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + recency)) ** (r + x), 0.0
    )
    return np.asarray(numerator / (1 + odds))


def spend_interval(
    purchases: Fit, amounts: Fit, told: Histories, weeks: float, *, seed: int = 1, draws: int = DRAWS
) -> list[Interval]:
    """What each customer will spend: mean, and the 80 % in the middle of what may happen.

    Parameters are drawn around their estimate, then the customer, then their purchases: so the interval holds what
    is not known of the world, of this person, and of chance.
    """
    dice = np.random.default_rng(seed)
    logs = dice.multivariate_normal(np.log(purchases.parameters), np.array(purchases.covariance), draws)
    sums = dice.multivariate_normal(np.log(amounts.parameters), np.array(amounts.covariance), draws)
    world, means = np.exp(np.clip(logs, -12, 12)), np.exp(np.clip(sums, -12, 12))
    return [
        _interval(_futures(dice, world, means, told, place, weeks)) for place in range(len(told.frequency))
    ]


def _futures(
    dice: np.random.Generator, world: Floats, means: Floats, told: Histories, place: int, weeks: float
) -> Floats:
    """The spending of one customer in each drawn world."""
    x, recency, age, mean = (
        float(column[place]) for column in (told.frequency, told.recency, told.age, told.amount)
    )
    r, alpha, a, b = world.T
    p, q, gamma = means.T
    stays = np.ones(len(r))
    if x > 0:
        odds = (r + x) * np.log((alpha + age) / (alpha + recency)) + np.log(a / (b + x - 1))
        stays = scipy.special.expit(-odds)
    rate = dice.gamma(r + x, 1 / (alpha + age))
    leaving = dice.beta(a, b + x)
    bought = dice.poisson(rate * weeks) * (dice.random(len(r)) < stays)
    until_leaving = dice.geometric(np.clip(leaving, 1e-9, 1.0))
    bought = np.minimum(bought, until_leaving)
    scale = dice.gamma(p * x + q, 1 / (gamma + x * mean))
    total = dice.gamma(np.maximum(p * bought, 1e-9), 1 / np.maximum(scale, 1e-12))
    return np.where(bought > 0, total, 0.0)


def _interval(futures: Floats) -> Interval:
    low, high = np.quantile(futures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(np.mean(futures)), float(high))


def histories_of(purchases: Sequence[Sequence[tuple[float, float]]], until: float) -> Histories:
    """Of each customer the purchases as (week, amount), in any order, up to the week ``until``.

    What is bought on one day is one purchase, as the paper counts them.
    """
    rows = []
    for bought in purchases:
        days: dict[float, float] = {}
        for week, amount in bought:
            days[week] = days.get(week, 0.0) + amount
        first, last, again = min(days), max(days), len(days) - 1
        later = [amount for week, amount in days.items() if week > first]
        rows.append((again, last - first, until - first, sum(later) / again if again else 0.0))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Histories(*table.T)
