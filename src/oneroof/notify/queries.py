"""Reads for pages and for the rooms above."""

import zoneinfo
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import LIMIT, Page, decode_pk, page_of
from oneroof.notify.kinds import Kind, Way, all_kinds
from oneroof.notify.models import Notice, Outlet, Preferences
from oneroof.notify.rules import is_quiet

MOST_COUNTED = 99


def unread_count(user: User) -> int:
    """How many are unread, counted up to 99."""
    return _unread(user)[:MOST_COUNTED].count()


def notices_page(user: User, cursor: str | None = None, *, unread_only: bool = False) -> Page[Notice]:
    """Newest first. Raises CursorError."""
    notices = _unread(user) if unread_only else Notice.objects.filter(user=user)
    if cursor:
        notices = notices.filter(pk__lt=decode_pk(cursor))
    return page_of(list(notices[: LIMIT + 1]), LIMIT, lambda notice: (notice.pk,))


def preferences_of(user: User) -> Preferences:
    """As they were chosen, or as they are where nothing was; not stored by reading."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def ways_of(preferences: Preferences, user: User) -> dict[Kind, frozenset[Way]]:
    """Each kind that may reach this person, and where it goes."""
    return {
        kind: frozenset(map(Way, preferences.ways.get(kind.key, kind.ways)))
        for kind in all_kinds()
        if user.may(kind.permission)
    }


def browsers_of(user: User) -> QuerySet[Outlet]:
    return Outlet.objects.filter(user=user, carrier="push")


def rooms_of(user: User) -> QuerySet[Outlet]:
    """One's own chat rooms."""
    return Outlet.objects.filter(user=user).exclude(carrier="push")


def shared_rooms() -> QuerySet[Outlet]:
    """Those of the company and of departments; for whoever steers."""
    return Outlet.objects.filter(user=None).select_related("department", "made_by")


def outlet_for(actor: User, outlet_id: int) -> Outlet:
    """One's own, or a shared one for whoever steers; raises Outlet.DoesNotExist for any other."""
    near = Q(user=actor) | (Q(user=None) if actor.may(Permission.STEER) else Q(pk=None))
    return Outlet.objects.select_related("user", "department").get(near, pk=outlet_id)


def is_quiet_for(user: User, preferences: Preferences) -> bool:
    return is_quiet(clock.now(), zone_of(user), preferences.quiet_from, preferences.quiet_until)


def zone_of(user: User) -> ZoneInfo:
    """UTC where the stored name is not known to this machine."""
    return ZoneInfo(user.time_zone if user.time_zone in zoneinfo.available_timezones() else "UTC")


def _unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user, read_at=None)
