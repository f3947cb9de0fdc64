"""Pure decisions about who is who."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

AUTOMATIC_FROM = 0.9
"""So strong must evidence be to join two rows without a colleague's word."""
PROPOSED_FROM = 0.45
"""So alike must two handles be to be shown to a colleague."""
SIGN = 0.06
"""What a language or a product in common adds."""
ROLE_NAMES = frozenset(
    {
        *("abuse", "accounts", "admin", "billing", "contact", "enquiries", "hello", "help", "hr", "info"),
        *("invoice", "jobs", "mail", "marketing", "news", "no-reply", "noreply", "office", "orders"),
        *(
            "postmaster",
            "press",
            "root",
            "sales",
            "security",
            "service",
            "shop",
            "support",
            "team",
            "webmaster",
        ),
    }
)
MOST_SHARING = 1
"""Customers with one address: where more have it, it is a family's or a shop's, and says nothing certain."""


def groups(nodes: Iterable[int], links: Iterable[tuple[int, int]]) -> list[set[int]]:
    """The sets of rows that links make one, each row in exactly one."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in links:
        parent[root(one)] = root(other)
    found: dict[int, set[int]] = defaultdict(set)
    for node in parent:
        found[root(node)].add(node)
    return list(found.values())


def stands_for_all(group: Iterable[int], customers: frozenset[int]) -> int:
    """Which row stands for the others: one from the company's books, else the oldest."""
    return min(group, key=lambda row: (row not in customers, row))


def is_role_address(email: str) -> bool:
    """An address that many people read."""
    return email.partition("@")[0].partition("+")[0].casefold() in ROLE_NAMES


def email_strength(email: str, customers_sharing: int) -> float:
    """How surely a customer with this address is whoever writes from it."""
    if is_role_address(email):
        return 0.2
    return 0.97 if customers_sharing <= MOST_SHARING else round(0.9 / customers_sharing, 2)


def stated_strength(customers_stating: int) -> float:
    """A handle that a customer's record names; where several records name it, one of them is wrong."""
    return 0.95 if customers_stating == 1 else round(0.9 / customers_stating, 2)


def likeness(one: Mapping[str, str], other: Mapping[str, str], sharing: int) -> float:
    """How alike two handles are, for a proposal only: ``handle`` (folded) and ``name`` of each.

    ``sharing`` counts the people with that handle or name: the more, the less it says.
    """
    handles = _alike(one["handle"], other["handle"])
    names = _alike(one["name"].casefold(), other["name"].casefold())
    length = min(len(one["handle"]), 12) / 12
    raw = 0.55 * handles * length + 0.3 * names if names else 0.7 * handles * length
    return round(min(0.85, raw / math.sqrt(max(1, sharing - 1))), 3)


def with_signs(strength: float, signs: int) -> float:
    """Stronger by each thing beside the names that both have in common; still a proposal."""
    return round(min(0.85, strength + SIGN * signs), 3)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if one and other else 0.0


def best_of(names: Sequence[str]) -> str:
    """The name that most rows have, among equals the longest."""
    counted = Counter(name for name in names if name)
    return max(counted, key=lambda name: (counted[name], len(name)), default="")
