"""What people said we may do is noted, with how we know and when it was said."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.customers.actions.crm_noting import note_people_changed
from oneroof.customers.consent import purposes
from oneroof.customers.models import Consent, CrmSync, Person


class ConsentError(OneroofError):
    """Nothing was noted, and why."""


@transaction.atomic
def note_consent(
    actor: User, person_id: int, purpose: str, *, is_given: bool, source: str, at: datetime | None = None
) -> Consent:
    """A colleague was told. Raises Person.DoesNotExist, ConsentError."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    whole = Person.objects.get(pk=person_id).whole_id
    noted = take_word(whole, purpose, is_given=is_given, source=source, at=at, noted_by=actor)
    audit.record(
        actor,
        "person.consent_noted",
        on=noted.person,
        name=f"#{whole}",
        after={"purpose": purpose, "given": is_given},
    )
    return noted


@transaction.atomic
def take_word(
    person_id: int,
    purpose: str,
    *,
    is_given: bool,
    source: str,
    at: datetime | None = None,
    noted_by: User | None = None,
    told_by: CrmSync | None = None,
) -> Consent:
    """What a person said themselves on a page of a room above; the caller has made sure that it is they.

    Raises ConsentError.
    """
    if purpose not in {each.key for each in purposes()}:
        raise ConsentError(_("Nobody asks for this purpose."))
    if not source.strip():
        raise ConsentError(_("Say how you know."))
    now = clock.now()
    if at and at > now:
        raise ConsentError(_("That lies ahead of us."))
    noted = Consent.objects.create(
        person_id=person_id,
        purpose=purpose,
        is_given=is_given,
        source=source.strip()[:200],
        at=at or now,
        noted_by=noted_by,
        told_by=told_by,
    )
    note_people_changed([person_id])
    return noted
