"""Points that look given rather than earned: found, shown with their rows, never taken back by a machine."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = 3
SHARE = 0.5
"""A ring gives at least so much of what its people give to one another."""
BURST, BURST_WITHIN = 8, timedelta(hours=24)
ONE_SIDED, ONE_SIDED_LEAST = 0.6, 6


@dataclass(frozen=True, slots=True)
class Given:
    """A giver found something of a receiver good; ``row`` is the ledger's, or the vote's where none was noted."""

    row: int
    giver: int
    receiver: int
    at: datetime
    points: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    kind: str
    """self, ring, burst or one_sided."""
    members: tuple[int, ...]
    rows: tuple[int, ...]


def suspicions(given: Iterable[Given]) -> list[Suspicion]:
    """Every pattern in a set of gifts, the plainest first."""
    known = sorted(given, key=lambda gift: (gift.at, gift.row))
    others = [gift for gift in known if gift.giver != gift.receiver]
    return [*_to_oneself(known), *_rings(others), *_bursts(others), *_one_sided(others)]


def _to_oneself(given: Sequence[Given]) -> list[Suspicion]:
    mine: dict[int, list[int]] = defaultdict(list)
    for gift in given:
        if gift.giver == gift.receiver:
            mine[gift.giver].append(gift.row)
    return [Suspicion("self", (member,), tuple(rows)) for member, rows in sorted(mine.items())]


def _rings(given: Sequence[Given]) -> list[Suspicion]:
    """Circles along which at least ``LEAST`` gifts go at each step, and half of what each giver gives."""
    edges, total = Counter((g.giver, g.receiver) for g in given), Counter(g.giver for g in given)
    strong: dict[int, set[int]] = defaultdict(set)
    for (giver, receiver), count in edges.items():
        if count >= LEAST:
            strong[giver].add(receiver)
    found = []
    for ring in _circles(strong):
        inside = Counter(g.giver for g in given if g.giver in ring and g.receiver in ring)
        if all(inside[member] >= SHARE * total[member] for member in ring):
            rows = tuple(g.row for g in given if g.giver in ring and g.receiver in ring)
            found.append(Suspicion("ring", tuple(sorted(ring)), rows))
    return found


def _circles(edges: Mapping[int, set[int]]) -> list[frozenset[int]]:
    """Sets of two and more from each of which one reaches every other and comes back."""
    reached = {member: _reach(member, edges) for member in edges}
    circles = {
        frozenset(other for other in reached[member] if member in reached.get(other, ())) for member in edges
    }
    return sorted((circle for circle in circles if len(circle) > 1), key=min)


def _reach(start: int, edges: Mapping[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        member = waiting.pop()
        if member not in seen:
            seen.add(member)
            waiting.extend(edges.get(member, ()))
    return seen


def _bursts(given: Sequence[Given]) -> list[Suspicion]:
    """Many gifts of one to one other within a day."""
    pairs: dict[tuple[int, int], list[Given]] = defaultdict(list)
    for gift in given:
        pairs[gift.giver, gift.receiver].append(gift)
    found = []
    for pair, gifts in sorted(pairs.items()):
        rows = sorted({row for window in _windows(gifts) for row in window})
        if rows:
            found.append(Suspicion("burst", pair, tuple(rows)))
    return found


def _windows(gifts: Sequence[Given]) -> Iterable[list[int]]:
    for first in range(len(gifts) - BURST + 1):
        window = gifts[first : first + BURST]
        if window[-1].at - window[0].at <= BURST_WITHIN:
            yield [gift.row for gift in window]


def _one_sided(given: Sequence[Given]) -> list[Suspicion]:
    """Somebody most of whose points come from one and the same other."""
    points: dict[int, Counter[int]] = defaultdict(Counter)
    for gift in given:
        points[gift.receiver][gift.giver] += gift.points
    found = []
    for receiver, givers in sorted(points.items()):
        giver, most = givers.most_common(1)[0]
        rows = tuple(g.row for g in given if (g.giver, g.receiver) == (giver, receiver))
        if len(rows) >= ONE_SIDED_LEAST and most >= ONE_SIDED * givers.total():
            found.append(Suspicion("one_sided", (giver, receiver), rows))
    return found
