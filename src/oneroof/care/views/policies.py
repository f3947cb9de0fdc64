"""How soon we mean to answer, when we are there to do it, and what else a lead sets."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions import service as actions
from oneroof.care.errors import CareError
from oneroof.care.models import Priority, ServicePolicy, WorkingHours
from oneroof.care.queries.outbox import care_settings
from oneroof.care.settings_forms import CareSettingsForm, HoursForm, PolicyForm


@requires(Permission.STEER)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    return render(request, "care/policies.html", _everything())


@requires(Permission.STEER)
@require_POST
def policy(request: HttpRequest, priority: str) -> HttpResponse:
    """The clocks of one priority, for conversations that open from now on."""
    if priority not in Priority.values:
        raise Http404
    form = PolicyForm(request.POST, prefix=priority)
    if form.is_valid():
        try:
            actions.set_policy(actor_of(request), priority, *form.columns())
        except CareError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. It counts for conversations that open from now on."))
            return redirect("care:policies")
    return render(request, "care/policies.html", _everything({priority: form}), status=422)


@requires(Permission.STEER)
@require_POST
def settings(request: HttpRequest) -> HttpResponse:
    form = CareSettingsForm(request.POST)
    if form.is_valid():
        actions.set_care_settings(actor_of(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("care:policies")
    return render(request, "care/policies.html", _everything(settings_form=form), status=422)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def hours_add(request: HttpRequest) -> HttpResponse:
    return _hours(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, hours_id: int) -> HttpResponse:
    return _hours(request, get_object_or_404(WorkingHours, pk=hours_id))


def _hours(request: HttpRequest, hours: WorkingHours | None) -> HttpResponse:
    form = HoursForm(request.POST) if request.method == "POST" else HoursForm.of(hours)
    if form.is_valid():
        try:
            actions.set_hours(actor_of(request), **form.columns(), hours_id=hours.pk if hours else None)
        except CareError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. They count for conversations that open from now on."))
            return redirect("care:policies")
    return render(request, "care/hours.html", {"form": form, "hours": hours})


def _everything(
    filled: dict[str, PolicyForm] | None = None, settings_form: CareSettingsForm | None = None
) -> dict[str, object]:
    standing = {policy.priority: policy for policy in ServicePolicy.objects.all()}
    forms = [
        (name, word, (filled or {}).get(name) or PolicyForm.of(name, standing.get(name)))
        for name, word in Priority.choices
    ]
    return {
        "policies": forms,
        "all_hours": list(WorkingHours.objects.all()),
        "settings_form": settings_form or CareSettingsForm.of(care_settings()),
    }
