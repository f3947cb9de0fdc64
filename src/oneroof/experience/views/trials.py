"""Trials: planned, in course, and what they showed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.experience.actions import trials as acting
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Trial, TrialUnit, Unit
from oneroof.experience.queries import trials as showing
from oneroof.experience.trial_forms import StartForm, TrialForm


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def trial_list(request: HttpRequest) -> HttpResponse:
    shown = {"rows": showing.trials()[:200], "may_steer": actor_of(request).may(Permission.STEER)}
    return render(request, "experience/trials.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    found = get_object_or_404(Trial.objects.select_related("made_by"), pk=trial_id)
    shown = {
        "trial": found,
        "shown": showing.shown(found),
        "units": found.units.all(),
        "may_steer": actor_of(request).may(Permission.STEER),
    }
    return render(request, "experience/trial.html", shown)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def trial_add(request: HttpRequest) -> HttpResponse:
    """First of what, then the rest: each kind of units has its own measures."""
    asked = request.GET.get("unit", "")
    if asked not in Unit.values:
        return render(request, "experience/trial_kind.html", {"kinds": Unit.choices})
    unit = Unit(asked)
    given = request.POST if request.method == "POST" else None
    form = TrialForm(unit, acting.units_offered().get(unit, []), given)
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        try:
            numbers = (known.get("units", []), known.get("turns", 1), known.get("never", 0))
            made = acting.plan_trial(actor_of(request), form.columns(unit), *numbers)
            return redirect("experience:trial", made.pk)
        except ExperienceError as refusal:
            messages.error(request, str(refusal))
    shown = {"form": form, "unit": unit}
    return render(request, "experience/trial_form.html", shown)


@requires(Permission.STEER)
@require_POST
def start(request: HttpRequest, unit_id: int) -> HttpResponse:
    unit = get_object_or_404(TrialUnit, pk=unit_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a day, or none at all to hold it out."))
        return redirect("experience:trial", unit.trial_id)
    try:
        acting.move_start(actor_of(request), unit.pk, form.cleaned_data["starts_on"])
    except ExperienceError as refusal:
        messages.error(request, str(refusal))
    return redirect("experience:trial", unit.trial_id)


@requires(Permission.STEER)
@require_POST
def withdrawal(request: HttpRequest, trial_id: int) -> HttpResponse:
    found = get_object_or_404(Trial, pk=trial_id)
    try:
        acting.withdraw_trial(actor_of(request), found.pk)
    except ExperienceError as refusal:
        messages.error(request, str(refusal))
        return redirect("experience:trial", trial_id)
    return redirect("experience:trials")
