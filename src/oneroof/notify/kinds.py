"""What people are told of: each package names its kinds in its ``apps.py``."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.policies import Permission


class Way(TextChoices):
    """Where a notice goes. What goes anywhere stands at the desk as well."""

    DESK = "desk", _("At the desk")
    EMAIL = "email", _("By e-mail")
    PUSH = "push", _("In my browsers")
    CHAT = "chat", _("In my chat rooms")


UNASKED = frozenset({Way.DESK, Way.PUSH, Way.CHAT})
"""Whoever tied a browser or a room to their account asked for it by that; mail comes to everybody."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice, offered to whoever carries ``permission``; ``way`` is EMAIL where it goes by e-mail
    as well while nobody chose."""

    key: str
    label: str | Promise
    icon: str = "bell"
    way: Way = Way.DESK
    permission: Permission = Permission.OWN_ACCOUNT

    @property
    def ways(self) -> frozenset[Way]:
        """Where it goes while nobody chose."""
        return UNASKED | {self.way}


_kinds: dict[str, Kind] = {}


def register_kinds(*kinds: Kind) -> None:
    """Called in a package's ``apps.py``; a second one of the same key takes the first one's place."""
    _kinds.update({kind.key: kind for kind in kinds})


def kind_of(key: str) -> Kind:
    """A kind that nobody named shows its key and goes to the desk."""
    return _kinds.get(key) or Kind(key, key.replace("_", " ").capitalize())


def all_kinds() -> Sequence[Kind]:
    return tuple(_kinds.values())
