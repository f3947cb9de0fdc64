"""Targets are stated by leads, few and plain; what would pay people for haste or for being seen is refused."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneroof.accounts.access import demand
from oneroof.accounts.audit import record
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Measure, Target
from oneroof.experience.rules.helping import SHARES, TIMED

REFUSED: dict[str, tuple[str | Promise, str | Promise]] = {
    "handle_time": (
        gettext_lazy("Handle time"),
        gettext_lazy(
            "Handle time is no target here: who must be quick closes early, asks nobody and hands on "
            "what is hard, and the customer comes back. Take how soon customers were answered, "
            "or whether it was solved."
        ),
    ),
    "time_on_site": (
        gettext_lazy("Time on the site"),
        gettext_lazy(
            "Time on the site is no target here: who finds the answer at once stays briefly, and who does not "
            "find it stays long. Take whether it was solved."
        ),
    ),
}
"""What is often aimed at, and why it is not here."""
MOST_PERCENT, MOST_TOLERATED = 100, 1_000


@transaction.atomic
def state_target(actor: User, columns: dict[str, Any]) -> Target:
    """``columns`` as of Target. Raises ExperienceError with the reason."""
    demand(actor, Permission.STEER)
    target = Target(**columns, made_by=actor)
    _make_sure(target)
    try:
        with transaction.atomic():
            target.save(force_insert=True)
    except IntegrityError as error:
        raise ExperienceError(_("That target is stated already.")) from error
    told = {name: _written(value) for name, value in columns.items()}
    record(actor, "target.stated", on=target, after=told)
    return target


@transaction.atomic
def withdraw_target(actor: User, target_id: int) -> None:
    demand(actor, Permission.STEER)
    for target in Target.objects.select_for_update(of=("self",)).filter(pk=target_id):
        record(actor, "target.withdrawn", on=target, before={"least": target.least, "of": target.of_whom})
        target.delete()


def _make_sure(target: Target) -> None:
    if target.measure in REFUSED:
        raise ExperienceError(str(REFUSED[target.measure][1]))
    if target.measure not in Measure.values:
        raise ExperienceError(_("There is no such measure."))
    if (target.department is None) == (target.user is None):
        raise ExperienceError(_("A target is one department’s or one person’s."))
    if target.measure == Measure.OWN and target.department is None:
        raise ExperienceError(_("What a department solves by itself is no person’s target."))
    if (target.measure in TIMED) != bool(target.within_hours):
        raise ExperienceError(_("Say within how many hours, where the measure has a time, and only there."))
    if target.least <= 0 or (target.measure in SHARES and target.least > MOST_PERCENT):
        raise ExperienceError(_("At least more than nothing; of a hundred, a hundred at most."))
    if target.ends_on <= target.starts_on:
        raise ExperienceError(_("It ends after it starts."))
    if not 0 <= target.tolerated <= MOST_TOLERATED:
        raise ExperienceError(_("Say how many helpful acts it may be hurt by."))


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, (str, int, float)) or value is None else str(value)
