"""The share of contacts that a known answer would have spared, from a sample that people judged. Pure.

Two steps: search finds an answer for some of those drawn, and of these people say yes to some. The share is their
product; what search does not find is counted as not spared, so it is the least. Each step has a
Beta distribution from Jeffreys's prior, and the interval is that of their product, by draws with a fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_LOOKED_AT, FEWEST_JUDGED = 10, 5
DRAWS = 2_000
WITHIN = (0.025, 0.975)
PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Sampled:
    """Of one reason: how many were searched for, found, judged, and said to be spared."""

    looked_at: int = 0
    found: int = 0
    judged: int = 0
    spared: int = 0

    @property
    def is_enough(self) -> bool:
        """What was found is judged as far as it goes: of three found all three are enough."""
        return self.looked_at >= FEWEST_LOOKED_AT and self.judged >= min(self.found, FEWEST_JUDGED)

    @property
    def waiting(self) -> int:
        return self.found - self.judged

    def __add__(self, other: "Sampled") -> "Sampled":
        return Sampled(
            self.looked_at + other.looked_at,
            self.found + other.found,
            self.judged + other.judged,
            self.spared + other.spared,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """With its 95 % interval. ``counted`` contacts and posts of ``of`` belong to reasons with sample enough."""

    share: float
    low: float
    high: float
    counted: int
    of: int

    @property
    def percents(self) -> tuple[int, int, int]:
        return round(100 * self.share), round(100 * self.low), round(100 * self.high)


type Strata = Sequence[tuple[int, Sampled]]


def share(strata: Strata) -> Share | None:
    """Over reasons, each by its count; None where no sample is enough."""
    measured = [(count, sampled) for count, sampled in strata if count and sampled.is_enough]
    counted = sum(count for count, _sampled in measured)
    if not counted:
        return None
    point = sum(count * _share(sampled) for count, sampled in measured) / counted
    low, high = _interval(measured, counted)
    every = sum(count for count, _sampled in strata)
    return Share(point, min(low, point), max(high, point), counted, every)


def _share(sampled: Sampled) -> float:
    if not sampled.judged:
        return 0.0
    return sampled.found / sampled.looked_at * sampled.spared / sampled.judged


def _interval(measured: Strata, counted: int) -> tuple[float, float]:
    chance = np.random.default_rng(1)
    drawn = sum(
        count
        * chance.beta(each.found + PRIOR, each.looked_at - each.found + PRIOR, DRAWS)
        * chance.beta(each.spared + PRIOR, each.judged - each.spared + PRIOR, DRAWS)
        for count, each in measured
    )
    low, high = np.quantile(drawn / counted, WITHIN)
    return float(low), float(high)
