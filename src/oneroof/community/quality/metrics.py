"""How high the right ones stand. Pure."""

from collections.abc import Collection, Sequence


def reciprocal_rank(order: Sequence[int], right: Collection[int]) -> float:
    """One over the place of the first right one; 0 where there is none."""
    return next((1 / place for place, each in enumerate(order, 1) if each in right), 0.0)


def average_precision(order: Sequence[int], right: Collection[int]) -> float:
    """The mean, over all right ones, of the precision where each stands; 0 for one that is not found."""
    places = [place for place, each in enumerate(order, 1) if each in right]
    return sum(found / place for found, place in enumerate(places, 1)) / len(right) if right else 0.0


def mean(figures: Sequence[float]) -> float:
    return round(sum(figures) / len(figures), 4)
