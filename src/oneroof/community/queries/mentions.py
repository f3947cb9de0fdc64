"""Whom one may mention."""

from collections.abc import Sequence

from oneroof.community.models import Member

SHOWN = 8


def members_named(begun: str) -> Sequence[Member]:
    """Members with an account whose name begins so, or has a word that does."""
    begun = begun.strip()
    if not begun:
        return []
    here = Member.objects.filter(user__is_active=True)
    return list(here.filter(name__istartswith=begun).order_by("name", "pk")[:SHOWN])
