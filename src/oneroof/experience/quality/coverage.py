"""How often intervals hold what was planted, and how often something is found where nothing is."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from oneroof.experience.quality.returning import returns
from oneroof.experience.rules.effects import compared, steps
from oneroof.experience.rules.loyalty import slope
from oneroof.experience.rules.matching import by_size, match
from oneroof.experience.rules.scores import csat, nps
from oneroof.experience.rules.survival import percentile
from oneroof.experience.rules.trials import NEVER, intervals, period_weights, redrawn

SURVEYS = 10_000
MATCHINGS = 20_000
STAGGERED = 4_000
SEED = 5
SIZES = (30, 400)
"""Of the surveys that are drawn: each has a size and a truth of its own."""
FEW = (3, 29)
"""Answers of a month, a touch-point or a team."""
NPS_CASES = (
    (30, (0.1, 0.3, 0.6)),
    (100, (0.2, 0.3, 0.5)),
    (400, (0.35, 0.35, 0.3)),
    (100, (0.05, 0.15, 0.8)),
)
"""Answers, and the shares of detractors, passives and promoters."""
TWELVE = (12, 12, 12, 15, 15, 15, 18, 18, 18, NEVER, NEVER, NEVER)
SIX = (12, 12, 15, 15, 18, 18)
"""First periods of units in a trial; 24 periods are seen."""
CSAT_CASES = ((30, 0.7), (100, 0.8), (100, 0.93), (400, 0.55))
type Report = dict[str, Any]


def coverage() -> Report:
    return {
        "nps_adjusted_wald": {**_drawn_nps(SIZES), "few": _drawn_nps(FEW), "fixed": list(_nps())},
        "csat_wilson": {**_drawn_csat(SIZES), "few": _drawn_csat(FEW), "fixed": list(_csat())},
        "waits": _waits(),
        "difference_in_differences": _planted(_did),
        "interrupted_series": [
            {"points": points, "start": at, "autocorrelation": rho, **_planted(_series(points, at, rho))}
            for points, at, rho in (
                (52, 26, 0.0),
                (52, 26, 0.4),
                (104, 52, 0.6),
                (16, 12, 0.0),
                (16, 12, 0.4),
            )
        ],
        "months": [
            {"months": points, "break": at, "season": season, **_planted(_monthly(points, at, season))}
            for points, at, season in (
                (36, 24, 0.0),
                (36, 24, 3.0),
                (36, 30, 3.0),
                (30, 24, 3.0),
                (24, 12, 3.0),
                (16, 8, 0.0),
            )
        ],
        "staggered_starts": [
            {
                "units": len(starts),
                "effects_differ": differ,
                **_planted(_staggered(starts, differ), STAGGERED),
            }
            for starts, differ in ((TWELVE, 0.0), (TWELVE, 0.5), (SIX, 0.0))
        ],
        "hold_out": [
            {"customers": customers, "held_out": out, **_planted(_spending(customers, out), STAGGERED)}
            for customers, out in ((400, 40), (4_000, 400))
        ],
        "hold_out_contacts": _planted(_contacting, STAGGERED),
        "loyalty_point": _planted(_scored, STAGGERED),
        "loyalty_point_in_money": _planted(_spent_later, STAGGERED),
        "matching": _planted(_matched, MATCHINGS),
        "matching_scores": _planted(_scores_matched, STAGGERED),
        "returns": returns(),
    }


def _drawn_nps(sizes: tuple[int, int]) -> Report:
    """Shares of any kind, each survey its own."""
    chance, held = np.random.default_rng(SEED), 0
    for _survey in range(SURVEYS):
        shares = chance.dirichlet((2, 2, 4))
        counts = chance.multinomial(chance.integers(*sizes, endpoint=True), shares)
        held += _holds_nps(counts, 100 * (shares[2] - shares[0]))
    return {"surveys": SURVEYS, "answers": sizes, "covered": held / SURVEYS}


def _drawn_csat(sizes: tuple[int, int]) -> Report:
    chance, held = np.random.default_rng(SEED), 0
    for _survey in range(SURVEYS):
        truth, answers = chance.uniform(0.4, 0.95), int(chance.integers(*sizes, endpoint=True))
        found = csat(int(chance.binomial(answers, truth)), answers)
        held += found is not None and found.low <= truth <= found.high
    return {"surveys": SURVEYS, "answers": sizes, "covered": held / SURVEYS}


def _nps() -> Iterator[Report]:
    for answers, shares in NPS_CASES:
        chance = np.random.default_rng(SEED)
        truth = 100 * (shares[2] - shares[0])
        held = sum(_holds_nps(each, truth) for each in chance.multinomial(answers, shares, SURVEYS))
        yield {"answers": answers, "truth": round(truth, 1), "surveys": SURVEYS, "covered": held / SURVEYS}


def _holds_nps(counts: Any, truth: float) -> bool:
    detractors, passives, promoters = (int(each) for each in counts)
    found = nps([0] * detractors + [8] * passives + [10] * promoters)
    return found is not None and found.low <= truth <= found.high


def _csat() -> Iterator[Report]:
    for answers, truth in CSAT_CASES:
        chance = np.random.default_rng(SEED)
        found = [csat(int(each), answers) for each in chance.binomial(answers, truth, SURVEYS)]
        held = sum(each is not None and each.low <= truth <= each.high for each in found)
        yield {"answers": answers, "truth": truth, "surveys": SURVEYS, "covered": held / SURVEYS}


def _planted(draw: Callable[[Any, float, int], tuple[Any, Any]], runs: int = SURVEYS) -> Report:
    """An effect of 1 must lie in the interval; of 0, the interval must not leave nothing out."""
    value, reach = draw(np.random.default_rng(SEED), 1.0, runs)
    nothing, around = draw(np.random.default_rng(SEED + 1), 0.0, runs)
    error = 1.96 * float(np.sqrt(0.05 * 0.95 / runs))
    return {
        "runs": runs,
        "simulation_error": round(error, 4),
        "covered": float((np.abs(value - 1) <= reach).mean()),
        "zero_found": float((np.abs(nothing) > around).mean()),
        "bias": round(float(value.mean() - 1), 4),
    }


def _did(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """12 treated and 18 other units of uneven spread, 12 months either side, correlated from month to month."""
    changes = []
    for units, spread, gain in ((12, 2.0, effect), (18, 1.0, 0.0)):
        noise = _correlated(chance, (runs * units, 24), 0.5).reshape(runs, units, 24) * spread
        changes.append(noise[:, :, 12:].mean(axis=2) - noise[:, :, :12].mean(axis=2) + gain)
    return compared(changes[0], changes[1])


def _series(points: int, at: int, rho: float) -> Callable[[Any, float, int], tuple[Any, Any]]:
    """Weekly figures on a rising trend, with a step and a change of the trend."""

    def draw(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
        return steps(_stepped(points, at, effect) + _correlated(chance, (runs, points), rho), at)

    return draw


def _monthly(points: int, at: int, season: float) -> Callable[[Any, float, int], tuple[Any, Any]]:
    """The same by month; each run has a year of its own: two waves, and a December that stands out."""

    def draw(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
        months = np.arange(points) % 12 + 1
        shift = chance.uniform(0, 2 * np.pi, (2, runs, 1))
        waves = np.cos(np.pi * months / 6 + shift[0]) + 0.4 * np.cos(np.pi * months / 3 + shift[1])
        told = _stepped(points, at, effect) + season * (waves + 0.3 * (months == 12))
        return steps(told + _correlated(chance, (runs, points), 0.2), at, months=months)

    return draw


def _stepped(points: int, at: int, effect: float) -> Any:
    time = np.arange(points)
    return 10 + 0.05 * time + (time >= at) * (effect + 0.02 * (time - at))


def _staggered(starts: tuple[int, ...], differ: float) -> Callable[[Any, float, int], tuple[Any, Any]]:
    """Units of unlike level and spread, periods that lean on one another; ``differ``: effects of their own."""

    def draw(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
        begun, periods = np.array(starts), 24
        weights, drawn = period_weights(begun, periods), redrawn(begun)
        shape = (runs, len(starts), 1)
        noise = _correlated(chance, (runs * len(starts), periods), 0.5).reshape(runs, len(starts), periods)
        gains = effect * (1 + differ * chance.standard_normal(shape))
        after = np.arange(periods)[None, None, :] >= begun[None, :, None]
        panels = noise * chance.uniform(0.5, 2, shape) + 3 * chance.standard_normal(shape) + gains * after
        found, low, high = intervals(panels, begun, weights, drawn, 0.95)
        return found, np.where(effect < found, found - low, high - found)

    return draw


def _spending(customers: int, out: int) -> Callable[[Any, float, int], tuple[Any, Any]]:
    """Seven of ten spend nothing, the rest with a long tail, as before; those held out are a tenth."""

    def draw(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
        values, reaches = [], []
        for _run in range(runs):
            spent = (chance.random((2, customers)) < 0.3) * chance.lognormal(1, 1, (2, customers))
            change = spent[1] - spent[0]
            change[out:] += effect
            value, reach = compared(change[None, out:], change[None, :out])
            values.append(value[0])
            reaches.append(reach[0])
        return np.array(values), np.array(reaches)

    return draw


def _contacting(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """400 customers, 40 held out, of whom few contact us and some often."""
    often = chance.gamma(0.5, 0.6, (runs, 400))
    change = chance.poisson(often) - chance.poisson(often).astype(float)
    change[:, 40:] += chance.poisson(effect, (runs, 360))
    return compared(change[:, 40:], change[:, :40])


def _scored(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """300 customers; who spent more before scores higher, and the spread grows with what was spent."""
    values, reaches = [], []
    for _run in range(runs):
        before = chance.gamma(2, 2, 300)
        score = np.clip(np.round(6 + 0.3 * before + 2 * chance.standard_normal(300)), 0, 10)
        later = 5 + 0.8 * before + effect * score + chance.standard_normal(300) * (1 + before)
        found = slope(later, score, np.log1p(before)[:, None] * [[1.0, 0.0]] + before[:, None] * [[0.0, 1.0]])
        values.append(found.value)
        reaches.append(found.high - found.value)
    return np.array(values), np.array(reaches)


def _spent_later(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """60 customers, of whom half spend nothing later, the rest with a long tail."""
    values, reaches = [], []
    for _run in range(runs):
        before = (chance.random(60) < 0.6) * chance.lognormal(3, 1, 60)
        score = np.clip(np.round(7 + 0.01 * before + 2 * chance.standard_normal(60)), 0, 10)
        later = (chance.random(60) < 0.5) * chance.lognormal(3, 1, 60) + 0.3 * before + effect * score
        found = slope(later, score, np.column_stack([before, chance.poisson(before / 20), before > 0]))
        values.append(found.value)
        reaches.append(found.high - found.value)
    return np.array(values), np.array(reaches)


def _matched(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """800 customers; whose problem was solved was unlike the rest before, in two of three known things."""
    values, reaches = [], []
    for _run in range(runs):
        known = chance.standard_normal((800, 3))
        treated = chance.random(800) < 1 / (1 + np.exp(1.2 - 0.6 * known[:, 0] - 0.4 * known[:, 1]))
        outcome = known @ [1.0, 0.5, 0.2] + np.exp(known[:, 0] / 2) + effect * treated
        found = match(known, treated, outcome + chance.standard_normal(800)).effect
        values.append(found.value)
        reaches.append(found.high - found.value)
    return np.array(values), np.array(reaches)


def _scores_matched(chance: Any, effect: float, runs: int) -> tuple[Any, Any]:
    """300 customers and their scores from 0 to 10; long tails before, on which both lean. Half gain two points."""
    values, reaches = [], []
    for _run in range(runs):
        spent = (chance.random(300) < 0.7) * chance.lognormal(3, 1, 300)
        days = chance.gamma(2, 300, 300)
        drive = 0.5 * (np.log1p(spent) - 2.2) + 0.0005 * (days - 600)
        treated = chance.random(300) < 1 / (1 + np.exp(1.5 - drive))
        score = np.clip(np.round(6 + drive + 2 * chance.standard_normal(300)), 0, 10)
        known = by_size(np.column_stack([spent, chance.poisson(spent / 20), days]))
        gains = 2 * effect * (treated & (chance.random(300) < 0.5))
        found = match(known, treated, score + gains).effect
        values.append(found.value)
        reaches.append(found.high - found.value)
    return np.array(values), np.array(reaches)


def _waits() -> Report:
    """Half of them are still open when one looks: is the median told that comes to be?"""
    chance = np.random.default_rng(SEED)
    told, plain = [], []
    for _look in range(SURVEYS // 5):
        count = int(chance.integers(*SIZES, endpoint=True))
        wait, seen = chance.lognormal(0, 1, count), chance.exponential(1.5, count)
        lasted, done = np.minimum(wait, seen), wait <= seen
        told.append(percentile(list(zip(lasted.tolist(), done.tolist(), strict=True))) or np.nan)
        plain.append(float(np.median(wait[done])))
    return {
        "looks": len(told),
        "true_median": 1.0,
        "told": round(float(np.nanmedian(told)), 3),
        "of_the_answered_alone": round(float(np.median(plain)), 3),
    }


def _correlated(chance: Any, shape: tuple[int, int], rho: float) -> Any:
    """Noise of deviation one, each point leaning on the one before."""
    noise = chance.standard_normal(shape)
    for place in range(1, shape[1]):
        noise[:, place] = rho * noise[:, place - 1] + np.sqrt(1 - rho**2) * noise[:, place]
    return noise
