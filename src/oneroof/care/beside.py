"""Buttons beside a conversation that rooms above offer.

A package registers in its ``apps.py``::

    register_offers("surveys", surveys_for)

``offers`` is asked with who looks and the conversation, by whoever may answer it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that posts ``fields`` to ``url``."""

    label: str
    icon: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


type Offers = Callable[[User, Conversation], Sequence[Offer]]
_offers: dict[str, Offers] = {}


def register_offers(key: str, offers: Offers) -> None:
    """A second one of the same key takes the first one's place."""
    _offers[key] = offers


def offers_for(user: User, conversation: Conversation) -> list[Offer]:
    if not user.may(Permission.ANSWER):
        return []
    return [offer for offers in _offers.values() for offer in offers(user, conversation)]
