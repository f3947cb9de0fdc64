"""Measures of a ranking and of a yes-or-no, with bootstrap intervals that resample authors, not posts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Truth = NDArray[np.bool_]
Measure = Callable[[Scores, Truth], float]

RESAMPLES = 500
SEED = 20_150_216


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float

    def rounded(self) -> dict[str, float]:
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def area_under_roc(scores: Scores, truth: Truth) -> float:
    """The chance that a post that needs an answer is ranked above one that does not; ties count half."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(scores: Scores, truth: Truth) -> float:
    """The area under the steps of precision over recall; equal scores are one step."""
    called, found, _ = _steps(scores, truth)
    gained = np.diff(np.concatenate(([0], found)))
    return float((gained * found / called).sum() / max(int(truth.sum()), 1))


def precision_at_recall(scores: Scores, truth: Truth, wanted: float) -> float:
    """A point of the curve: the precision where that share is found."""
    return precision(scores >= recall_threshold(scores, truth, wanted), truth)


def best_f1_threshold(scores: Scores, truth: Truth) -> float:
    called, found, thresholds = _steps(scores, truth)
    return float(thresholds[np.argmax(2 * found / (called + truth.sum()))])


def best_balance_threshold(scores: Scores, truth: Truth) -> float:
    """Where recall and the share of the others left out are highest together (Youden's J)."""
    called, found, thresholds = _steps(scores, truth)
    positives = max(int(truth.sum()), 1)
    negatives = max(len(truth) - positives, 1)
    return float(thresholds[np.argmax(found / positives - (called - found) / negatives)])


def recall_threshold(scores: Scores, truth: Truth, recall: float) -> float:
    """The highest threshold that finds at least that share."""
    wanted = np.sort(scores[truth])[::-1]
    return float(wanted[min(len(wanted) - 1, int(np.ceil(recall * len(wanted))) - 1)])


def precision(called: Truth, truth: Truth) -> float:
    return float((called & truth).sum() / max(int(called.sum()), 1))


def recall(called: Truth, truth: Truth) -> float:
    return float((called & truth).sum() / max(int(truth.sum()), 1))


def f1(called: Truth, truth: Truth) -> float:
    return float(2 * (called & truth).sum() / max(int(called.sum() + truth.sum()), 1))


def accuracy(called: Truth, truth: Truth) -> float:
    return float((called == truth).mean())


def calibration(probabilities: Scores, truth: Truth, bins: int = 10) -> tuple[float, list[dict[str, float]]]:
    """Expected calibration error, and for each tenth what was said and what was so."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    table, error = [], 0.0
    for place in range(bins):
        inside = places == place
        if not inside.any():
            continue
        said, so = float(probabilities[inside].mean()), float(truth[inside].mean())
        error += abs(said - so) * float(inside.mean())
        table.append({"posts": int(inside.sum()), "said": round(said, 3), "so": round(so, 3)})
    return error, table


def _steps(scores: Scores, truth: Truth) -> tuple[NDArray[np.intp], NDArray[np.intp], Scores]:
    """For each distinct score, from the highest: how many posts are called, how many rightly, the score."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return last + 1, np.cumsum(truth[order])[last], ordered[last]


class Bootstrap:
    """Draws the same resamples of authors for every measure, so that two methods can be compared pairwise."""

    def __init__(self, authors: Sequence[str], resamples: int = RESAMPLES) -> None:
        _, places = np.unique(np.array(authors), return_inverse=True)
        order = np.argsort(places, kind="stable")
        groups = np.split(order, np.cumsum(np.bincount(places))[:-1])
        random = np.random.default_rng(SEED)
        self._draws = [
            np.concatenate([groups[place] for place in random.integers(0, len(groups), len(groups))])
            for _ in range(resamples)
        ]
        self._everyone = np.arange(len(places))

    def estimate(self, measure: Callable[[NDArray[np.intp]], float]) -> Estimate:
        """`measure` takes the places of posts. The interval is the middle 95 % of the resamples."""
        drawn = np.array([measure(draw) for draw in self._draws])
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        return Estimate(measure(self._everyone), float(low), float(high))
