"""Which words other departments were asked for, as far as one may know."""

from django.db.models import F, Q, QuerySet

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Counsel, Entry

SHOWN = 100


def counsels(reader: User) -> QuerySet[Counsel]:
    """Those that wait first. A moderator sees all, others what their departments or they themselves are in."""
    seen = Counsel.objects.filter(entry__in=Entry.objects.visible_to(reader))
    if not reader.may(Permission.MODERATE):
        rooms = Department.objects.filter(people=reader)
        seen = seen.filter(Q(department__in=rooms) | Q(asked_by=reader))
    rows = seen.select_related("department", "asked_by", "entry__root", "entry__author")
    return rows.order_by(F("done_at").asc(nulls_first=True), "-pk")


def counsel_of(reader: User, counsel_id: int) -> Counsel:
    """Raises Counsel.DoesNotExist."""
    return counsels(reader).get(pk=counsel_id)


def departments() -> QuerySet[Department]:
    return Department.objects.order_by("name")
