"""Like with like: the treated beside those who were most like them before, by what was known before; pure.

Nearest neighbours on standardised covariates, with replacement, the bias that is left taken off by a regression
among the matched (Abadie and Imbens 2011), and their variance, which counts how often each neighbour was used
(Abadie and Imbens 2006). It removes what was known. What was not known stays in: it is no proof of a cause.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from oneroof.experience.rules.effects import Effect, TooFewError, t_quantile

WELL_BALANCED = 0.1


@dataclass(frozen=True, slots=True)
class Matched:
    """The effect on the treated; how unlike both sides were before and after matching, in standard deviations."""

    effect: Effect
    treated: int
    others: int
    unlike_before: float
    unlike_after: float

    @property
    def is_balanced(self) -> bool:
        """The usual bound (Austin 2009)."""
        return self.unlike_after <= WELL_BALANCED


def by_size(amounts: Any) -> Any:
    """Amounts and counts, whose tails are long, by the logarithm of one more."""
    return np.sign(amounts) * np.log1p(np.abs(amounts))


def match(known: Any, treated: Any, outcome: Any, neighbours: int = 3) -> Matched:
    """``known``: a row a person, of what was known before; ``treated``: a truth each. Raises TooFewError."""
    known, treated, outcome = np.asarray(known, float), np.asarray(treated, bool), np.asarray(outcome, float)
    count = int(treated.sum())
    if count < 10 or len(treated) - count < 10:
        raise TooFewError("At least ten on either side are needed.")
    scaled = (known - known.mean(axis=0)) / np.where(known.std(axis=0) > 0, known.std(axis=0), 1)
    places = _nearest(scaled[treated], scaled[~treated], neighbours)
    return Matched(
        _effect(scaled, treated, outcome, places),
        count,
        len(treated) - count,
        _unlike(scaled[treated], scaled[~treated], scaled[~treated]),
        _unlike(scaled[treated], scaled[~treated][places].mean(axis=1), scaled[~treated]),
    )


def _nearest(one: Any, other: Any, neighbours: int) -> Any:
    from scipy.spatial import cKDTree  # loaded when it is asked for: it takes long

    _far, places = cKDTree(other).query(one, k=min(neighbours, len(other)))
    return places.reshape(len(one), -1)


def _effect(known: Any, treated: Any, outcome: Any, places: Any) -> Effect:
    line = _line(known[~treated], outcome[~treated])
    left = outcome - _told(line, known)
    gains = left[treated] - left[~treated][places].mean(axis=1)
    value = float(gains.mean())
    used = np.bincount(places.ravel(), minlength=int((~treated).sum())) / places.shape[1]
    reused = used**2 - np.bincount(places.ravel(), minlength=len(used)) / places.shape[1] ** 2
    parts = np.concatenate([(gains - value) ** 2, reused * _variance(known[~treated], left[~treated])])
    reach = _quantile(parts) * float(np.sqrt(max(parts.sum(), 0.0) / (len(gains) * (len(gains) - 1))))
    return Effect(value, value - reach, value + reach, len(outcome))


def _quantile(parts: Any) -> float:
    """Of Student's t, with as many degrees of freedom as these variances are worth together."""
    return float(t_quantile(0.95, max(parts.sum() ** 2 / (parts**2).sum(), 3.0)))


def _variance(known: Any, left: Any) -> Any:
    """Of each of the others: half the squared difference to the nearest one like them."""
    places = _nearest(known, known, 2)[:, 1]
    return (left - left[places]) ** 2 / 2


def _line(known: Any, outcome: Any) -> Any:
    """Least squares on what was known and its squares."""
    return np.linalg.lstsq(_terms(known), outcome, rcond=None)[0]


def _told(line: Any, known: Any) -> Any:
    return _terms(known) @ line


def _terms(known: Any) -> Any:
    return np.column_stack([np.ones(len(known)), known, known**2])


def _unlike(one: Any, other: Any, all_others: Any) -> float:
    """The greatest standardised difference of the means."""
    spread = np.sqrt((one.var(axis=0) + all_others.var(axis=0)) / 2)
    return float(np.max(np.abs(one.mean(axis=0) - other.mean(axis=0)) / np.where(spread > 0, spread, 1)))
