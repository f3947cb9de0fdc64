"""Service policies, working hours, and what else a lead sets. Due times that stand stay as they are."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.errors import CareError
from oneroof.care.models import CareSettings, Priority, ServicePolicy, WorkingHours
from oneroof.care.rules.clocks import Hours, NeverOpenError, due_at, hours_of
from oneroof.care.service import snapshot

LONGEST_MINUTES = 60 * 24 * 365


@transaction.atomic
def set_policy(
    actor: User | None, priority: str, first: int, resolution: int, hours_id: int | None = None
) -> ServicePolicy:
    """Minutes to the first response and to the resolution; ``actor`` is None for the program's own sample."""
    if actor is not None:
        demand(actor, Permission.STEER)
    if priority not in Priority.values:
        raise CareError(_("Choose a priority: %(known)s.") % {"known": ", ".join(Priority.values)})
    if not 0 < first <= resolution <= LONGEST_MINUTES:
        raise CareError(_("The first response comes before the resolution, and both within a year."))
    standing = (
        ServicePolicy.objects.select_for_update().select_related(None).filter(priority=priority).first()
    )
    before = snapshot(standing) if standing else {}
    policy, _is_new = ServicePolicy.objects.update_or_create(
        priority=priority,
        defaults={"first_response_minutes": first, "resolution_minutes": resolution, "hours_id": hours_id},
    )
    audit.record(actor, "service_policy.set", on=policy, before=before, after=snapshot(policy))
    return policy


@transaction.atomic
def set_hours(
    actor: User | None,
    name: str,
    time_zone: str,
    days: Mapping[Any, Sequence[Sequence[str]]],
    closed_on: Sequence[str],
    hours_id: int | None = None,
) -> WorkingHours:
    """Open hours by weekday, Monday 0: ``{"0": [["08:00", "17:00"]]}``."""
    if actor is not None:
        demand(actor, Permission.STEER)
    spans = {str(day): [list(span) for span in of_day] for day, of_day in days.items() if of_day}
    columns = {"time_zone": time_zone, "days": spans, "closed_on": sorted(closed_on)}
    _check_hours(columns)
    if not name.strip():
        raise CareError(_("Working hours have a name."))
    if hours_id is None:
        hours, _is_new = WorkingHours.objects.update_or_create(name=name.strip()[:80], defaults=columns)
    else:
        hours = WorkingHours.objects.select_for_update().get(pk=hours_id)
        for field, value in {**columns, "name": name.strip()[:80]}.items():
            setattr(hours, field, value)
        hours.save(update_fields=[*columns, "name"])
    audit.record(actor, "working_hours.set", on=hours, after=columns)
    return hours


@transaction.atomic
def set_care_settings(actor: User, *, approvals_needed: int, reopen_days: int) -> CareSettings:
    demand(actor, Permission.STEER)
    if not (0 < approvals_needed <= 1_000 and 0 <= reopen_days <= 3_650):
        raise CareError(_("These numbers are out of reach."))
    columns = {"approvals_needed": approvals_needed, "reopen_days": reopen_days}
    settings, _is_new = CareSettings.objects.update_or_create(pk=1, defaults=columns)
    audit.record(actor, "care_settings.set", on=settings, name="care", after=columns)
    return settings


def _check_hours(columns: Mapping[str, Any]) -> None:
    """Hours that a clock can run in."""
    try:
        ZoneInfo(columns["time_zone"])
        hours = hours_of(columns)
        assert hours
        _check_spans(hours)
        due_at(datetime.now(UTC), 1, hours)
    except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
        never = isinstance(error, NeverOpenError)
        said = _("these hours are never open") if never else str(error)
        raise CareError(_("These are no working hours: %(why)s.") % {"why": said}) from error


def _check_spans(hours: Hours) -> None:
    for day, spans in hours.days.items():
        if not 0 <= day <= 6:
            raise ValueError(_("a weekday is 0 to 6, Monday is 0"))
        for opens, closes in spans:
            if not "00:00" <= opens < closes <= "24:00":
                raise ValueError(f"{opens}–{closes}")
    hours.spans_on(date(2024, 1, 1))
