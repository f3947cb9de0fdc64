"""What a trial shows whose starts were drawn by lot, and who is held out by a hash; pure.

Units that start at different times are compared, period by period, with those that have not started yet, and never
with those that started before (Roth and Sant'Anna 2023, "Efficient estimation for staggered rollout designs"),
each beside its own level before anyone started. The interval holds what the lot allows: every effect that drawing
anew does not contradict (Fisher 1935; exact for a constant effect, however few the units).
"""

import hashlib
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from oneroof.experience.rules.effects import Effect, TooFewError

REDRAWS = 1_999
FEW_UNITS = 6
"""So many units are redrawn in every order."""
NEVER = 10**6
SEED = 5


def place_of(seed: str, key: str) -> str:
    """Eight digits by which a customer is drawn; PostgreSQL finds the same."""
    return hashlib.md5(f"{seed}:{key}".encode(), usedforsecurity=False).hexdigest()[:8]


def border(share: int) -> str:
    """Whoever's place lies below it is among so many of a hundred."""
    return f"{share * 2**32 // 100:08x}"


def is_held_out(seed: str, key: str, share: int) -> bool:
    return place_of(seed, key) < border(share)


def staggered(panel: Any, starts: Sequence[int], level: float = 0.95) -> Effect:
    """A row a unit, a column a period; ``starts``: the first period of each, NEVER for those held out.

    Raises TooFewError where nobody is left to compare with, or the lot could have fallen in too few ways.
    """
    values, begun = np.asarray(panel, float), np.asarray(starts)
    weights = period_weights(begun, values.shape[1])
    drawn = redrawn(begun)
    own, low, high = intervals(values[None], begun, weights, drawn, level)
    if not np.isfinite([low[0], high[0]]).all():
        raise TooFewError("The lot could have fallen in too few ways to tell.")
    return Effect(float(own[0]), float(low[0]), float(high[0]), int(values.size))


def period_weights(begun: Any, periods: int) -> Any:
    """A period counts by how well its two sides can be compared."""
    inside = _inside(begun[None], periods)[0]
    treated = inside.sum(axis=0)
    weights = treated * (len(begun) - treated) / len(begun)
    if len(begun) < 2 or not weights.sum():
        raise TooFewError("In no period has one unit started and another not.")
    return weights / weights.sum()


def redrawn(begun: Any) -> Any:
    """Other ways in which the lot could have given out the same starts; the way it did comes first."""
    if len(begun) <= FEW_UNITS:
        others = sorted(set(permutations(begun.tolist())) - {tuple(begun.tolist())})
        return np.array([begun.tolist(), *others])
    chance = np.random.default_rng(SEED)
    return np.array([begun, *(chance.permutation(begun) for _each in range(REDRAWS))])


def intervals(panels: Any, begun: Any, weights: Any, drawn: Any, level: float) -> tuple[Any, Any, Any]:
    """Of many panels at once: the effect and both ends of its interval.

    An effect stays possible unless fewer than 5 % of the redraws show, with it taken off, as much as was seen.
    For each redraw those effects are an interval around the estimate, so its ends are order statistics.
    """
    first, periods = int(begun.min()), panels.shape[2]
    base = panels[:, :, :first].mean(axis=2, keepdims=True) if first else 0.0
    contrasts = _contrasts(drawn, weights, periods)
    seen = contrasts @ (panels - base).reshape(len(panels), -1).T
    own = seen[0]
    share = (contrasts @ _inside(begun[None], periods).reshape(-1))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (own - seen) / (1 - share), (own + seen) / (1 + share)
    alike = np.broadcast_to(share > 1 - 1e-9, seen.shape)
    lows = np.where(alike, -np.inf, np.minimum(one, other))
    highs = np.where(alike, np.inf, np.maximum(one, other))
    kept = int((1 - level) * len(drawn) + 1e-9)
    return own, np.sort(lows, axis=0)[kept], np.sort(highs, axis=0)[-1 - kept]


def _inside(starts: Any, periods: int) -> Any:
    """Of each way, unit and period, whether it had started."""
    return (np.arange(periods)[None, None, :] >= starts[:, :, None]).astype(float)


def _contrasts(drawn: Any, weights: Any, periods: int) -> Any:
    inside = _inside(drawn, periods)
    treated = inside.sum(axis=1, keepdims=True)
    units = drawn.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        signed = inside / treated - (1 - inside) / (units - treated)
    return np.where(weights > 0, weights * signed, 0.0).reshape(len(drawn), -1)
