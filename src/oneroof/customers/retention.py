"""What of people goes by its age, by rooms that keep some.

A package registers in its ``apps.py``::

    register_kept(Kept("contacts", _("What was said in contacts"), old_contacts, forget_contacts))

``count`` says how many rows of before a moment still say something; ``forget`` takes away what at most so
many say, and returns of how many. What figures are counted from stays, of nobody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kept:
    key: str
    label: str | Promise
    count: Callable[[datetime], int]
    forget: Callable[[datetime, int], int]


_kept: dict[str, Kept] = {}


def register_kept(*kinds: Kept) -> None:
    """A second one of the same key takes the first one's place."""
    _kept.update({kind.key: kind for kind in kinds})


def all_kept() -> Sequence[Kept]:
    return tuple(_kept.values())


def kept(key: str) -> Kept | None:
    return _kept.get(key)
