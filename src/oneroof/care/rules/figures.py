"""Figures over sorted values: pure."""

from collections.abc import Sequence


def percentile(rising: Sequence[float], share: float) -> float:
    """Between the two nearest values in a straight line (Hyndman and Fan 1996, type 7), as numpy has it."""
    place = (len(rising) - 1) * share / 100
    below = int(place)
    above = min(below + 1, len(rising) - 1)
    return rising[below] + (rising[above] - rising[below]) * (place - below)
