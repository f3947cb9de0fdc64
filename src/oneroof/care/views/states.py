"""Snooze and wake, close and reopen, priority."""

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions import states
from oneroof.care.forms import PriorityForm, SnoozeForm, SureForm, valid
from oneroof.care.models import Outcome
from oneroof.care.views.page import done


@requires(Permission.ANSWER)
@require_POST
def snooze(request: HttpRequest, conversation_id: int) -> HttpResponse:
    form = SnoozeForm(request.POST)
    words = ""
    if form.is_valid():
        until = date_format(localtime(form.moment), "l j F, H:i")
        words = _("Snoozed until %(until)s.") % {"until": until}
    return done(
        request,
        conversation_id,
        lambda: states.snooze(actor_of(request), conversation_id, valid(form).moment),
        words,
    )


@requires(Permission.ANSWER)
@require_POST
def waking(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return done(request, conversation_id, lambda: states.wake(actor_of(request), conversation_id))


@requires(Permission.ANSWER)
@require_POST
def closure(request: HttpRequest, conversation_id: int) -> HttpResponse:
    form = SureForm(request.POST)
    words = ""
    if form.is_valid():
        words = _("Closed: %(outcome)s.") % {"outcome": Outcome(form.cleaned_data["outcome"]).label}
    return done(
        request,
        conversation_id,
        lambda: states.close_conversation(actor_of(request), conversation_id, **valid(form).cleaned_data),
        words,
    )


@requires(Permission.ANSWER)
@require_POST
def reopening(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return done(
        request, conversation_id, lambda: states.reopen_conversation(actor_of(request), conversation_id)
    )


@requires(Permission.ANSWER)
@require_POST
def priority(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        chosen = valid(PriorityForm(request.POST)).cleaned_data["priority"]
        states.set_priority(actor_of(request), conversation_id, chosen)

    return done(request, conversation_id, act)
