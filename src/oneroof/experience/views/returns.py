"""What it returns, what that rests on, and what to measure next."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.experience.actions.returning import state_input, withdraw_input
from oneroof.experience.errors import ExperienceError
from oneroof.experience.forms import InputForm
from oneroof.experience.models import InputName, ReturnInput
from oneroof.experience.queries.returns import DAYS, reckoned, sought_rows
from oneroof.experience.views.spans import span_asked

MOST_ROWS = 200


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def returns(request: HttpRequest) -> HttpResponse:
    found = reckoned()
    labels = dict(InputName.choices)
    weights = [(labels[each.name], each) for each in found.result.weights] if found.result else []
    shown = {
        "found": found,
        "result": found.result,
        "weights": weights,
        "days": DAYS,
        "may_steer": actor_of(request).may(Permission.STEER),
    }
    return render(request, "experience/return.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def sought(request: HttpRequest) -> HttpResponse:
    end = clock.now()
    span = span_asked(request) or (end - timedelta(days=DAYS), end)
    rows = sought_rows(*span, MOST_ROWS)
    return render(request, "experience/sought.html", {"rows": rows, "most": MOST_ROWS})


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def input_change(request: HttpRequest, name: str) -> HttpResponse:
    if name not in InputName.values:
        raise Http404
    stated = ReturnInput.objects.filter(name=name).first()
    form = InputForm(request.POST) if request.method == "POST" else InputForm.of(stated)
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_input(actor_of(request), name)
        return redirect("experience:return")
    if request.method == "POST" and form.is_valid():
        try:
            state_input(actor_of(request), name, **form.cleaned_data)
            return redirect("experience:return")
        except ExperienceError as refusal:
            messages.error(request, str(refusal))
    shown = {"form": form, "label": InputName(name).label, "stated": stated}
    return render(request, "experience/input_form.html", shown)
