"""What stands out of a person, each with its reason, told by every room that knows something.

A package registers in its ``apps.py``::

    register_flags("surveys", Permission.KNOW_CUSTOMERS, flags_of)

It gets the person's rows and identities, and returns flags by a fixed number of queries. The other way round
``whom`` gives the rows of people of whom a flag is told, for segments; None of a flag that the room does not tell.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.customers.feelings import Month, months_of
from oneroof.customers.models import Person

LOOKS = {
    "at_risk": ("flame", "warning"),
    "detractor": ("thumbs-down", "danger"),
    "fan": ("heart", "good"),
    "super_user": ("star", "accent"),
}
NAMES = {
    "detractor": gettext_lazy("Detractor"),
    "fan": gettext_lazy("Fan"),
    "super_user": gettext_lazy("Super-user"),
    "at_risk": gettext_lazy("At risk"),
}
FEWEST_WORDS = 5
FELT_BAD, FELT_GOOD = -0.3, 0.5
"""Mean feeling of a year that makes a detractor, and a fan: a convention, said with its figure."""


@dataclass(frozen=True, slots=True)
class Flag:
    """``key`` is detractor, fan, super_user or at_risk."""

    key: str
    label: str
    reason: str

    @property
    def look(self) -> tuple[str, str]:
        """Icon and tone."""
        return LOOKS.get(self.key, ("flag", ""))


type Tell = Callable[[Sequence[int], Sequence[int]], Sequence[Flag]]

type Rows = QuerySet[Any] | Collection[int]
type Whom = Callable[[str], Rows | None]

_tellers: dict[str, tuple[Permission, Tell]] = {}
_whom: dict[str, Whom] = {}


def register_flags(key: str, permission: Permission, tell: Tell, whom: Whom | None = None) -> None:
    """A second one of the same key takes the first one's place."""
    _tellers[key] = (permission, tell)
    if whom:
        _whom[key] = whom


def register_flagged(key: str, whom: Whom) -> None:
    """For a room that tells a flag only by what it tells of feelings."""
    _whom[key] = whom


def people_flagged(flag: str) -> QuerySet[Person]:
    """Rows of those of whom any room tells it."""
    told = [rows for whom in _whom.values() if (rows := whom(flag)) is not None]
    found = Q(pk__in=[])
    for rows in told:
        found |= Q(pk__in=rows)
    return Person.objects.filter(found).order_by()


def flags_of(
    user: User, rows: Sequence[int], identity_ids: Sequence[int], *, felt: Sequence[Month] | None = None
) -> list[Flag]:
    """As far as the reader may know; ``felt`` is what ``months_of`` gave, where it was asked already."""
    told = [
        flag
        for permission, tell in _tellers.values()
        if user.may(permission)
        for flag in tell(rows, identity_ids)
    ]
    return [*told, *_by_feeling(months_of(user, identity_ids) if felt is None else felt)]


def _by_feeling(felt: Sequence[Month]) -> list[Flag]:
    months = [month for month in felt if month.mean is not None]
    words = sum(month.words for month in months)
    if words < FEWEST_WORDS:
        return []
    mean = sum((month.mean or 0) * month.words for month in months) / words
    reason = ngettext(
        "%(count)s post of a year was judged: %(mean)s on average, of −1 to 1.",
        "%(count)s posts of a year were judged: %(mean)s on average, of −1 to 1.",
        words,
    ) % {"count": words, "mean": f"{mean:+.2f}"}
    if mean <= FELT_BAD:
        return [Flag("detractor", _("Detractor"), reason)]
    return [Flag("fan", _("Fan"), reason)] if mean >= FELT_GOOD else []
