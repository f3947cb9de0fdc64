"""Accounts that somebody made for an address and never showed to be theirs: nobody has ever signed in by one."""

from datetime import timedelta

from oneroof.accounts.models import User
from oneroof.core import clock

KEPT = timedelta(days=3)


def forget_unconfirmed(email: str) -> None:
    """Whoever is now known to own the address begins anew, and no password that a stranger chose stays."""
    User.objects.unconfirmed().filter(email=email.lower()).delete()


def forget_old_unconfirmed() -> int:
    """Those of more than three days; how many."""
    old = User.objects.unconfirmed().filter(joined_at__lt=clock.now() - KEPT)
    return sum(1 for user in old if user.delete())
