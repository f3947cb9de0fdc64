"""A rise that is not the time of day or week: how many are usual now, and when there are too many. Pure.

The usual is a mean by the hour of the week, later weeks weighing more, drawn towards the hour of the day where
weeks are few, and lifted or lowered by the last day. Counts vary more than Poisson's: by a negative binomial
whose spread is learnt. Several windows are asked each minute: a steep rise shows in minutes, a gentle one only
in an hour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOWS = (2, 5, 15, 60)
"""Minutes."""
WEEKS = 6
FADES = 0.8
"""So much a week counts against the one after it."""
DAYS_ALIKE = 2.0
"""The hour of the day counts as so many weeks of the hour of the week."""
LEVEL_BOUNDS = (0.5, 2.0)
SPREAD_COUNTS = 0.35
"""So much of what hours differ from week to week is left once the level is known: chosen on replayed traffic."""
UNLIKELY = 3e-6
"""Chance of a window's count from which it is a burst; chosen on replayed traffic: see docs/quality.md."""
RISE = 2.0
FEWEST = 6
LEAST_USUAL = 0.02
OVER_AFTER = 30
HOURS = 168

type Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """The usual count of each hour of the week from Monday's midnight, and how much it varies beyond Poisson's."""

    hours: tuple[float, ...]
    spread: float


def learn(counts: Figures, first_hour: int) -> Profile:
    """From hourly counts, the oldest first; ``first_hour`` is the first one's hour of the week."""
    if not len(counts):
        return Profile((0.0,) * HOURS, 0.0)
    usual = _by_hour(counts, first_hour)
    expected = usual[(first_hour + np.arange(len(counts))) % HOURS]
    return Profile(tuple((usual * _level(counts, expected)).tolist()), _spread(counts, expected))


def _by_hour(counts: Figures, first_hour: int) -> Figures:
    places = (first_hour + np.arange(len(counts))) % HOURS
    age = (len(counts) - 1 - np.arange(len(counts))) // HOURS
    weight = FADES**age
    of_week, seen = np.bincount(places, counts * weight, HOURS), np.bincount(places, weight, HOURS)
    of_day, days = np.bincount(places % 24, counts * weight, 24), np.bincount(places % 24, weight, 24)
    daily = np.tile(of_day / np.maximum(days, 1e-9), 7)
    return np.asarray((of_week + DAYS_ALIKE * daily) / (seen + DAYS_ALIKE))


def _level(counts: Figures, expected: Figures) -> float:
    """Of the last day against its usual; few counts say little."""
    heard, usual = counts[-24:].sum() + 10, expected[-24:].sum() + 10
    return float(np.clip(heard / usual, *LEVEL_BOUNDS))


def _spread(counts: Figures, expected: Figures) -> float:
    """By moments: the variance beyond the mean, as a share of the mean's square; what burst before is cut off."""
    usual = np.maximum(expected, 1e-9)
    capped = np.minimum(counts, RISE * usual + 5)
    beyond = ((capped - usual) ** 2 - usual).sum() / (usual**2).sum()
    return float(np.clip(SPREAD_COUNTS * beyond, 0.0, 1.0))


def usual_within(profile: Profile, minute: int, width: int) -> float:
    """How many are usual in the ``width`` minutes that end with a minute of the week."""
    return float(usual_by_minute(profile)[np.arange(minute - width + 1, minute + 1) % (60 * HOURS)].sum())


def usual_by_minute(profile: Profile) -> Figures:
    """Of each minute of the week: an hour's count stands at its middle, in between it runs straight."""
    hours = np.asarray(profile.hours)
    at = np.arange(60 * HOURS)
    around = np.concatenate((hours[-1:], hours, hours[:1]))
    return np.asarray(np.interp(at, np.arange(-1, HOURS + 1) * 60 + 29.5, around) / 60)


def chances(counts: Figures, usual: Figures, spread: float) -> Figures:
    """Of at least so many, by a negative binomial of that mean; 1 where the rise is not worth a word."""
    from scipy.special import betainc, gammainc  # what scipy.stats would ask too, without its long import

    usual = np.maximum(usual, LEAST_USUAL)
    if spread > 1e-6:
        size = 1 / spread
        chance = betainc(counts, size, usual / (size + usual))
    else:
        chance = gammainc(counts, usual)
    return np.asarray(np.where((counts >= FEWEST) & (counts >= RISE * usual), chance, 1.0))


def is_burst(counts: Figures, usual: Figures, spread: float, unlikely: float = UNLIKELY) -> bool:
    """Of the counts and usual counts of all windows that end now."""
    return bool((chances(counts, usual, spread) < unlikely).any())
