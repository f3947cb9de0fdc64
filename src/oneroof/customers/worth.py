"""What else than purchases a person is worth, told by every room that knows some of it.

A package registers in its ``apps.py``::

    register_worth("help", Permission.KNOW_CUSTOMERS, help_of)

It gets the person's rows and identities, and returns amounts by a fixed number of queries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between these it lies; ``middle`` is None where only the bounds are known."""

    low: float
    high: float
    middle: float | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """``rows`` of the timeline ``what`` are what it was made of. ``worth`` is None of what is counted and has no
    price; low and high are one where it is a plain sum."""

    label: str | Promise
    currency: str
    worth: Bounds | None
    rows: int
    what: str
    formula: str

    @property
    def is_estimate(self) -> bool:
        return self.worth is not None and not self.worth.low == self.worth.middle == self.worth.high


type Tell = Callable[[Sequence[int], Sequence[int]], Sequence[Amount]]

_tellers: dict[str, tuple[Permission, Tell]] = {}


def register_worth(key: str, permission: Permission, tell: Tell) -> None:
    """A second one of the same key takes the first one's place."""
    _tellers[key] = (permission, tell)


def worth_of(user: User, rows: Sequence[int], identity_ids: Sequence[int]) -> list[Amount]:
    """As far as the reader may know."""
    return [
        amount
        for permission, tell in _tellers.values()
        if user.may(permission)
        for amount in tell(rows, identity_ids)
    ]
