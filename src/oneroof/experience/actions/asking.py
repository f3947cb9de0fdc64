"""Surveys are set up, and people asked: never twice about one thing, never too often, never against their will."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.audit import record
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.core import clock
from oneroof.customers.consent import may_we
from oneroof.customers.models import Customer, Identity, Person
from oneroof.customers.queries import rows_of
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import ExperienceSettings, Invitation, InvitationState, Refusal, Survey

ASKING_LOCK = 0x0A7E4


@transaction.atomic
def save_survey(actor: User, survey_id: int | None, columns: dict[str, Any]) -> Survey:
    demand(actor, Permission.STEER)
    survey = Survey.objects.select_for_update().get(pk=survey_id) if survey_id else Survey()
    before = {name: getattr(survey, name) for name in columns} if survey_id else {}
    for name, wanted in columns.items():
        setattr(survey, name, wanted)
    survey.save()
    record(actor, "survey.saved", on=survey, before=before, after=columns)
    return survey


@transaction.atomic
def set_rest_days(actor: User, days: int) -> None:
    demand(actor, Permission.STEER)
    kept = ExperienceSettings.objects.select_for_update().first() or ExperienceSettings()
    before, kept.rest_days = kept.rest_days, days
    kept.save()
    record(actor, "survey.rest_set", on=kept, before={"rest_days": before}, after={"rest_days": days})


@transaction.atomic
def ask_by_hand(actor: User, survey_id: int, person_id: int) -> Invitation:
    """Raises ExperienceError where there is no address, or they are to be left alone."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    survey = Survey.objects.get(pk=survey_id, is_on=True)
    about = f"by hand {clock.now():%Y-%m-%d}"
    invitation = invite(survey, about, person=Person.objects.get(pk=person_id), delay_hours=0)
    if invitation is None:
        raise ExperienceError(_("They have no address, were asked not long ago, or do not want to be asked."))
    record(actor, "survey.asked", on=invitation)
    return invitation


@transaction.atomic
def link_for(actor: User, survey_id: int, conversation_id: int) -> Invitation:
    """For a public reply: one link a conversation and survey, whoever asks for it."""
    demand(actor, Permission.ANSWER)
    survey = Survey.objects.get(pk=survey_id, is_on=True)
    conversation = Conversation.objects.select_related("identity__person").get(pk=conversation_id)
    invitation, is_new = Invitation.objects.get_or_create(
        survey=survey,
        about=f"conversation {conversation.pk}",
        email_digest="",
        defaults={
            "person": conversation.identity.person if conversation.identity else None,
            "state": InvitationState.LINK,
        },
    )
    if is_new:
        record(actor, "survey.linked", on=invitation)
    return invitation


@transaction.atomic
def invite(
    survey: Survey,
    about: str,
    *,
    person: Person | None = None,
    email: str = "",
    language: str = "",
    delay_hours: int | None = None,
) -> Invitation | None:
    """None where there is no address, or whoever has it is to be left alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASKING_LOCK])
    email = (email or (address_of(person) if person else "")).strip().casefold()
    if person and not may_we("surveys", [person.pk]):
        return None
    if not email or not _may_be_asked(email, survey, about):
        return None
    hours = survey.delay_hours if delay_hours is None else delay_hours
    return Invitation.objects.create(
        survey=survey,
        person=person,
        email=email,
        email_digest=digest_of(email),
        language=language or (person.language if person else ""),
        about=about,
        due_at=clock.now() + timedelta(hours=hours),
    )


@transaction.atomic
def refuse(invitation: Invitation) -> None:
    """They are not asked any more, nor reminded; what waits for them is withdrawn."""
    if not invitation.email:
        return
    Refusal.objects.get_or_create(email_digest=invitation.email_digest)
    waiting = Invitation.objects.filter(
        email_digest=invitation.email_digest, state__in=(InvitationState.WAITING, InvitationState.SENT)
    )
    waiting.update(state=InvitationState.STOPPED, changed_at=clock.now())


def digest_of(email: str) -> str:
    return sha256(email.strip().casefold().encode()).hexdigest()


def address_of(person: Person) -> str:
    """The books' address of any of their rows, or the one from which they wrote last."""
    rows = rows_of(person.whole_id)
    known = Customer.objects.filter(person__in=rows).exclude(email="").order_by("pk").first()
    if known:
        return known.email
    wrote = Identity.objects.filter(born__in=rows, network="email").order_by("-last_seen_at").first()
    return wrote.handle if wrote else ""


def _may_be_asked(email: str, survey: Survey, about: str) -> bool:
    digest, kept = digest_of(email), ExperienceSettings.objects.first() or ExperienceSettings()
    lately = Q(made_at__gt=clock.now() - timedelta(days=kept.rest_days))
    same = Q(survey=survey, about=about)
    asked = Invitation.objects.filter(lately | same, email_digest=digest)
    return not (asked.exists() or Refusal.objects.filter(email_digest=digest).exists())
