"""One order out of several. Pure."""

from collections.abc import Hashable, Sequence

FLATTENED_BY = 20


def fused[K: Hashable](orders: Sequence[tuple[float, Sequence[K]]]) -> dict[K, float]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): each order with its weight, the best first.

    A score is 1 where every order puts it first. The sum of the weights must not be 0.
    """
    scores: dict[K, float] = {}
    most = sum(weight for weight, _order in orders) / (FLATTENED_BY + 1)
    for weight, order in orders:
        for rank, each in enumerate(dict.fromkeys(order), 1):
            scores[each] = scores.get(each, 0.0) + weight / (FLATTENED_BY + rank) / most
    return dict(sorted(scores.items(), key=lambda scored: -scored[1]))
