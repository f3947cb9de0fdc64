"""How somebody likes to be reached is noted: by themselves, or by a colleague whom they told."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.customers.actions.crm_noting import note_people_changed
from oneroof.customers.models import Person, Reach, Teller

LONGEST_CHANNEL, LONGEST_LANGUAGE = 40, 12


class ReachError(OneroofError):
    """Nothing was noted, and why."""


@transaction.atomic
def choose_reach(actor: User, person_id: int, channel: str, language: str) -> Reach:
    """A colleague notes what somebody told them. Raises Person.DoesNotExist, ReachError."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    whole = Person.objects.get(pk=person_id).whole_id
    before = Reach.objects.filter(person=whole).first()
    told = {"channel": before.channel, "language": before.language} if before else {}
    reach = note_reach(whole, channel=channel, language=language, told_by=Teller.COLLEAGUE)
    audit.record(
        actor,
        "person.reach_chosen",
        on=reach.person,
        name=f"#{whole}",
        before=told,
        after={"channel": channel, "language": language},
    )
    return reach


@transaction.atomic
def note_reach(
    person_id: int,
    *,
    channel: str | None = None,
    language: str | None = None,
    told_by: Teller = Teller.PERSON,
) -> Reach:
    """What a person chose of themselves, on a page of a room above; None leaves a half as it is.

    The caller has made sure that it is they. Raises ReachError.
    """
    told = {
        name: value for name, value in (("channel", channel), ("language", language)) if value is not None
    }
    if len(told.get("channel", "")) > LONGEST_CHANNEL or len(told.get("language", "")) > LONGEST_LANGUAGE:
        raise ReachError(_("That is no channel or language that we know."))
    reach, _is_new = Reach.objects.update_or_create(
        person_id=person_id, defaults={**told, "told_by": told_by, "told_at": clock.now()}
    )
    note_people_changed([person_id])
    return reach
