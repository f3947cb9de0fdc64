"""Notices are read: one, some, or all up to the newest that was seen."""

from collections.abc import Sequence

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.notify.models import Notice


def mark_read(actor: User, notice_ids: Sequence[int]) -> int:
    """How many of one's own became read; those of others do not exist. Reading is not audited."""
    demand(actor, Permission.OWN_ACCOUNT)
    unread = Notice.objects.filter(user=actor, pk__in=notice_ids, read_at=None)
    return unread.update(read_at=clock.now())


def mark_all_read(actor: User, up_to: int) -> int:
    """What came after ``up_to``, the newest that was on the page, stays unread."""
    demand(actor, Permission.OWN_ACCOUNT)
    unread = Notice.objects.filter(user=actor, pk__lte=up_to, read_at=None)
    return unread.update(read_at=clock.now())
