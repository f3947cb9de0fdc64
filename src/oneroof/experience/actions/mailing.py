"""Invitations leave by mail at most once, and one reminder: decision 0086."""

import smtplib
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives, mailers
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from oneroof.core import clock
from oneroof.experience.letters import letter
from oneroof.experience.models import Invitation, InvitationState, Refusal

AT_ONCE = 50
PAUSE = timedelta(minutes=10)
GIVEN_UP = timedelta(days=3)
LOST = timedelta(minutes=10)


def send_due() -> int:
    """Those whose time has come; says how many were tried."""
    now = clock.now()
    due = Invitation.objects.filter(state=InvitationState.WAITING, due_at__lte=now, survey__is_on=True)
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        taken = Invitation.objects.filter(pk=pk, state=InvitationState.WAITING)
        if taken.update(state=InvitationState.SENDING, changed_at=now):
            _send(Invitation.objects.select_related("survey").get(pk=pk))
    return len(ids)


def remind_due() -> int:
    """Each once, after the days that its survey has."""
    waits = Q(state=InvitationState.SENT, answered_at=None, reminded_at=None, survey__reminder_days__gt=0)
    waited = ExpressionWrapper(Value(timedelta(days=1)) * F("survey__reminder_days"), DurationField())
    late = Q(sent_at__lte=Value(clock.now()) - waited)
    ids = list(
        Invitation.objects.filter(waits, late, survey__is_on=True).values_list("pk", flat=True)[:AT_ONCE]
    )
    for pk in ids:
        if Invitation.objects.filter(pk=pk, reminded_at=None, answered_at=None).update(
            reminded_at=clock.now()
        ):
            deliver(letter(Invitation.objects.select_related("survey").get(pk=pk), again=True))
    return len(ids)


def give_up_lost() -> int:
    """What was being sent when its process died: nobody knows whether it left, so it does not go again."""
    lost = Invitation.objects.filter(state=InvitationState.SENDING, changed_at__lt=clock.now() - LOST)
    return lost.update(state=InvitationState.UNKNOWN, changed_at=clock.now())


def _send(invitation: Invitation) -> None:
    if Refusal.objects.filter(email_digest=invitation.email_digest).exists():
        return _settle(invitation, InvitationState.STOPPED)
    outcome = deliver(letter(invitation))
    if outcome == InvitationState.WAITING:
        if clock.now() - invitation.made_at > GIVEN_UP:
            outcome = InvitationState.FAILED
        invitation.due_at = clock.now() + PAUSE
    elif outcome == InvitationState.SENT:
        invitation.sent_at = clock.now()
    return _settle(invitation, outcome)


def _settle(invitation: Invitation, state: InvitationState) -> None:
    invitation.state, invitation.changed_at = state, clock.now()
    invitation.save(update_fields=["state", "changed_at", "due_at", "sent_at"])


def deliver(message: EmailMultiAlternatives) -> InvitationState:
    """WAITING: it surely did not leave."""
    connection = mailers["default"]
    try:
        connection.open()
    except (OSError, smtplib.SMTPException):
        return InvitationState.WAITING
    try:
        connection.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        return InvitationState.FAILED
    except (OSError, smtplib.SMTPException):
        return InvitationState.UNKNOWN
    finally:
        _hang_up(connection)
    return InvitationState.SENT


def _hang_up(connection: object) -> None:
    """The letter's fate is known by now; a server that is rude at parting changes nothing."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return
