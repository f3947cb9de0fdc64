"""What goes into the return is stated with its range, its source and its date."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.audit import record
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import InputName, ReturnInput
from oneroof.experience.rules.returns import SHARES


@transaction.atomic
def state_input(
    actor: User, name: str, value: float, low: float, high: float, source: str, as_of: date
) -> ReturnInput:
    """Raises ExperienceError for a range that can't be, or without a source."""
    demand(actor, Permission.STEER)
    if name not in InputName.values:
        raise ExperienceError(_("There is no such input."))
    if not source.strip():
        raise ExperienceError(_("Say where the figure comes from."))
    if not 0 <= low <= value <= high or (name in SHARES and high > 1):
        raise ExperienceError(
            _("The likeliest lies between the lowest and the highest; a share from 0 to 1.")
        )
    told = {"value": value, "low": low, "high": high, "source": source.strip()[:300], "as_of": as_of}
    before = ReturnInput.objects.filter(name=name).values("value", "low", "high", "source").first()
    stated, _is_new = ReturnInput.objects.update_or_create(name=name, defaults=told)
    record(actor, "return.stated", on=stated, before=before, after={**told, "as_of": as_of.isoformat()})
    return stated


@transaction.atomic
def withdraw_input(actor: User, name: str) -> None:
    """What is counted, if anything, stands in its place again."""
    demand(actor, Permission.STEER)
    for stated in ReturnInput.objects.filter(name=name):
        record(actor, "return.withdrawn", on=stated, before={"value": stated.value, "source": stated.source})
        stated.delete()
