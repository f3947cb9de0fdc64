"""Whether something changed anything: differences with intervals that hold; pure.

Difference in differences over units (Bertrand, Duflo and Mullainathan 2004: each unit is first averaged before and
after, so that no serial correlation narrows the interval), with unequal spreads and the lesser side's degrees of
freedom (Hsu 1938), which never promises too much. A hold-out is compared in the same way. Interrupted series by
segmented regression (Wagner et al. 2002) whose errors lean on the one before: what is not known of how much
they do is averaged over (Zellner and Tiao 1964), and correlated points count as the fewer that they are worth
(Bayley and Hammersley 1946), so that the interval holds in short series as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEAST_UNITS = 2
LEAST_POINTS = 8
SEASONAL_FROM = 30
"""Months: of fewer, a December beside the break is still taken for a step."""
CORRELATIONS = [step / 20 for step in range(-6, 20)]


class TooFewError(ValueError):
    """Not enough to tell anything."""


@dataclass(frozen=True, slots=True)
class Effect:
    """``low`` to ``high`` is the 95 % interval."""

    value: float
    low: float
    high: float
    observations: int

    @property
    def is_found(self) -> bool:
        """Chance alone does not explain it."""
        return not self.low <= 0 <= self.high


def difference(treated: Sequence[float], others: Sequence[float], level: float = 0.95) -> Effect:
    """Of two means, whose spreads may differ (Hsu 1938). Raises TooFewError."""
    one, other = (np.asarray(each, dtype=float)[None, :] for each in (treated, others))
    return effect_of(one, other, level)[0]


def difference_in_differences(
    treated: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]], level: float = 0.95
) -> Effect:
    """Of units, each (before, after): how much more the treated changed than the others. Raises TooFewError."""
    return difference([b - a for a, b in treated], [b - a for a, b in others], level)


def effect_of(treated: Any, others: Any, level: float = 0.95) -> list[Effect]:
    """Many comparisons at once, one a row."""
    if min(treated.shape[1], others.shape[1]) < LEAST_UNITS:
        raise TooFewError("At least two on either side are needed.")
    value, reach = compared(treated, others, level)
    count = treated.shape[1] + others.shape[1]
    return [Effect(float(v), float(v - r), float(v + r), count) for v, r in zip(value, reach, strict=True)]


def compared(treated: Any, others: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Of each row, the difference of the means and half its interval."""
    n, m = treated.shape[1], others.shape[1]
    one, other = treated.var(axis=1, ddof=1) / n, others.var(axis=1, ddof=1) / m
    spread = one + other
    freedom = min(n, m) - 1
    return treated.mean(axis=1) - others.mean(axis=1), t_quantile(level, freedom) * np.sqrt(spread)


def interrupted(series: Sequence[float], at: int, level: float = 0.95, months: Sequence[int] = ()) -> Effect:
    """The step in a series at its ``at``-th point, beside the trend before it and a change of the trend.

    ``months``: where points are months, which of the year each is. Raises TooFewError where either side has fewer
    than four points, or both together fewer than eight.
    """
    value, reach = steps(np.asarray(series, dtype=float)[None, :], at, level, np.asarray(months))
    return Effect(float(value[0]), float(value[0] - reach[0]), float(value[0] + reach[0]), len(series))


def steps(series: Any, at: int, level: float = 0.95, months: Any = ()) -> tuple[Any, Any]:
    """Of each row of ``series``, the step and half its interval."""
    count = series.shape[1]
    if count < LEAST_POINTS or not 4 <= at <= count - 4:
        raise TooFewError("At least four points before and four after are needed.")
    design = _design(count, at)
    if len(months) >= SEASONAL_FROM:
        design = np.column_stack([design, *_waves(np.asarray(months))])
    fits = [_fit(design, series, rho) for rho in CORRELATIONS]
    value, spread, likely = (np.array(each) for each in zip(*fits, strict=True))
    weight = np.exp(likely - likely.max(axis=0))
    weight /= weight.sum(axis=0)
    mean, rho = (weight * value).sum(axis=0), np.array(CORRELATIONS) @ weight
    wider = (weight * (value - mean) ** 2).sum(axis=0)
    freedom = (count - design.shape[1]) * np.minimum((1 - rho) / (1 + rho), 1)
    return mean, t_quantile(level, np.maximum(freedom, 3)) * np.sqrt((weight * spread).sum(axis=0) + wider)


def _design(count: int, at: int) -> Any:
    """Level, trend, step, change of trend."""
    time = np.arange(count, dtype=float)
    after = (time >= at).astype(float)
    return np.column_stack([np.ones(count), time - at, after, after * (time - at)])


def _waves(months: Any) -> Iterator[Any]:
    """A year's, and half a year's."""
    for times in (1, 2):
        yield np.cos(np.pi * times * months / 6)
        yield np.sin(np.pi * times * months / 6)


def _fit(design: Any, series: Any, rho: float) -> tuple[Any, Any, Any]:
    """With this correlation: the step of each row, its variance, and how likely (its logarithm) the row is.

    Before looking, a correlation is as likely as Jeffreys has it: 1 / √(1 - ρ²), which leaves the likelihood's own
    factor out.
    """
    first = np.sqrt(1 - rho**2)
    x = np.concatenate([first * design[:1], design[1:] - rho * design[:-1]])
    y = np.concatenate([first * series[:, :1], series[:, 1:] - rho * series[:, :-1]], axis=1)
    inverse = np.linalg.inv(x.T @ x)
    fitted = y @ x @ inverse
    freedom = len(design) - design.shape[1]
    left = np.maximum(((y - fitted @ x.T) ** 2).sum(axis=1), 1e-12)
    likely = np.linalg.slogdet(inverse)[1] / 2 - freedom / 2 * np.log(left)
    return fitted[:, 2], left / freedom * inverse[2, 2], likely


def t_quantile(level: float, freedom: Any) -> Any:
    """Half the interval of Student's t."""
    from scipy.stats import t  # loaded when it is asked for: it takes long

    return t.ppf((1 + level) / 2, freedom)
