"""By what a clause is looked for: a small set of keys, one of which every post that it matches has.

A key is a feature (a string), two neighbouring words (a tuple), or two features anywhere in a post (a Pair).
Common words alone would make a clause a candidate in most posts; two of them together are rare again.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from oneroof.listening.matching.compiled import Adjacent, AnyOf, Conjunction
from oneroof.listening.matching.shares import Shares


class Pair(NamedTuple):
    """The first is the rarer one."""

    first: str
    second: str
    is_pair: bool = True
    """Tells a pair from two neighbouring words, which compare by value alike."""


type Key = str | tuple[str, str] | Pair

_RARE_ENOUGH: Final = 0.0005
"""A share at which nothing rarer is sought: two words together cost a look-up in every post that has one."""
_TOGETHER: Final = 2.0
"""How much likelier than by chance two terms are to meet in a post."""
_NEXT_TO_EACH_OTHER: Final = 0.5
_MOST_PAIRS: Final = 64


@dataclass(frozen=True, slots=True)
class Anchors:
    keys: tuple[Key, ...]
    share: float
    """How many posts are expected to have one of the keys."""


def choose_anchors(clause: Conjunction, shares: Shares) -> Anchors | None:
    """None where nothing that a post must have anchors the clause; parsing refuses such watches."""
    simple = [Anchors((feature,), shares.of_feature(feature)) for feature in clause.need]
    choices = [chosen for chosen in _choices(clause, shares) if chosen is not None]
    best = min([*simple, *choices], key=_cost, default=None)
    if best is None or best.share <= _RARE_ENOUGH:
        return best
    neighbours = min([best, *_neighbours(clause, shares)], key=_cost)
    if neighbours.share <= _RARE_ENOUGH:
        return neighbours
    return min([neighbours, *_pairs([*simple, *choices], shares)], key=_cost)


def _cost(anchors: Anchors) -> tuple[float, int]:
    return anchors.share, len(anchors.keys)


def _choices(clause: Conjunction, shares: Shares) -> list[Anchors | None]:
    return [_any_anchors(check, shares) for check in clause.checks if isinstance(check, AnyOf)]


def _any_anchors(check: AnyOf, shares: Shares) -> Anchors | None:
    """Every choice must be anchored, since any of them may be the one that holds."""
    keys: list[Key] = list(check.choices)
    share = sum(shares.of_feature(feature) for feature in check.choices)
    for branch in check.branches:
        anchors = choose_anchors(branch, shares)
        if anchors is None:
            return None
        keys.extend(anchors.keys)
        share += anchors.share
    return Anchors(tuple(dict.fromkeys(keys)), share)


def _neighbours(clause: Conjunction, shares: Shares) -> list[Anchors]:
    return [
        Anchors((bigram,), _NEXT_TO_EACH_OTHER * shares.of_feature(bigram[0]) * shares.of_feature(bigram[1]))
        for check in clause.checks
        if isinstance(check, Adjacent)
        for bigram in check.bigrams()
    ]


def _pairs(options: list[Anchors], shares: Shares) -> list[Anchors]:
    """The two rarest options taken together, where both are made of features alone."""
    single = [option for option in options if all(isinstance(key, str) for key in option.keys)]
    single.sort(key=_cost)
    if len(single) < 2 or len(single[0].keys) * len(single[1].keys) > _MOST_PAIRS:
        return []
    left, right = ([str(key) for key in option.keys] for option in single[:2])
    ranked = {feature: shares.of_feature(feature) for feature in (*left, *right)}
    keys: list[Key] = []
    share = 0.0
    for one in left:
        for other in right:
            first, second = sorted((one, other), key=lambda feature: (ranked[feature], feature))
            keys.append(first if first == second else Pair(first, second))
            share += ranked[first] if first == second else _TOGETHER * ranked[first] * ranked[second]
    return [Anchors(tuple(dict.fromkeys(keys)), share)]
