"""What surveys say, with the interval that belongs to it; pure.

NPS: adjusted Wald (Rocks 2016, "Interval Estimation for the Net Promoter Score"), which adds three answers in the
proportions 1 : 2 : 1. CSAT: Wilson's score interval (Wilson 1927).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

ADDED_ENDS, ADDED = 0.75, 3.0


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float
    answers: int


def nps(scores: Iterable[int], level: float = 0.95) -> Estimate | None:
    """From -100 to 100, of scores from 0 to 10; None where nobody answered."""
    known = list(scores)
    if any(not 0 <= score <= 10 for score in known):
        raise ValueError("An NPS score is a whole number from 0 to 10.")
    if not known:
        return None
    promoters, detractors = sum(score >= 9 for score in known), sum(score <= 6 for score in known)
    low, high = _adjusted_wald(promoters, detractors, len(known), _z(level))
    return Estimate(100 * (promoters - detractors) / len(known), 100 * low, 100 * high, len(known))


def csat(satisfied: int, answers: int, level: float = 0.95) -> Estimate | None:
    """The share who were satisfied, from 0 to 1; None where nobody answered."""
    if not 0 <= satisfied <= answers:
        raise ValueError("As many as answered can be satisfied, and no more.")
    if not answers:
        return None
    share, z = satisfied / answers, _z(level)
    centre = (share + z * z / (2 * answers)) / (1 + z * z / answers)
    reach = z * sqrt(share * (1 - share) / answers + z * z / (4 * answers**2)) / (1 + z * z / answers)
    return Estimate(share, max(0.0, centre - reach), min(1.0, centre + reach), answers)


def _adjusted_wald(promoters: int, detractors: int, answers: int, z: float) -> tuple[float, float]:
    n = answers + ADDED
    p, d = (promoters + ADDED_ENDS) / n, (detractors + ADDED_ENDS) / n
    reach = z * sqrt((p + d - (p - d) ** 2) / n)
    return max(-1.0, p - d - reach), min(1.0, p - d + reach)


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
