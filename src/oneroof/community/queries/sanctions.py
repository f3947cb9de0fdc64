"""What a member may not do for a while."""

from django.db.models import Q, QuerySet

from oneroof.accounts.models import User
from oneroof.community.models import Sanction
from oneroof.core import clock


def in_force(user: User) -> QuerySet[Sanction]:
    """The hardest first."""
    now = clock.now()
    theirs = Sanction.objects.filter(member__user=user, lifted_at=None)
    return theirs.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("kind", "-ends_at")


def sanctions_of(user: User) -> QuerySet[Sanction]:
    """All, the latest first: what was, stays to be seen by whom it was said to."""
    return Sanction.objects.filter(member__user=user).select_related("entry__root").order_by("-pk")


def appeals() -> QuerySet[Sanction]:
    """Those that wait, the eldest first."""
    waiting = Sanction.objects.filter(appealed_at__isnull=False, appeal_decided_at=None, lifted_at=None)
    return waiting.select_related("member", "by", "entry__root").order_by("appealed_at")
