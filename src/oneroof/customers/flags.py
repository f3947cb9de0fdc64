"""What stands out of a person, each with its reason, told by every room that knows something.

A package registers in its ``apps.py``::

    register_flags("surveys", Permission.KNOW_CUSTOMERS, flags_of)

It gets the person's rows and identities, and returns flags by a fixed number of queries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.customers.feelings import months_of

LOOKS = {
    "at_risk": ("flame", "warning"),
    "detractor": ("thumbs-down", "danger"),
    "fan": ("heart", "good"),
    "super_user": ("star", "accent"),
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

_tellers: dict[str, tuple[Permission, Tell]] = {}


def register_flags(key: str, permission: Permission, tell: Tell) -> None:
    """A second one of the same key takes the first one's place."""
    _tellers[key] = (permission, tell)


def flags_of(user: User, rows: Sequence[int], identity_ids: Sequence[int]) -> list[Flag]:
    """As far as the reader may know."""
    told = [
        flag
        for permission, tell in _tellers.values()
        if user.may(permission)
        for flag in tell(rows, identity_ids)
    ]
    return [*told, *_by_feeling(user, identity_ids)]


def _by_feeling(user: User, identity_ids: Sequence[int]) -> list[Flag]:
    months = [month for month in months_of(user, identity_ids) if month.mean is not None]
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
