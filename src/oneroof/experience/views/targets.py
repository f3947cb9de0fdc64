"""Targets, and the helpful acts that each of them would have punished."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.experience.actions.targeting import state_target, withdraw_target
from oneroof.experience.errors import ExperienceError
from oneroof.experience.queries import targets as checking
from oneroof.experience.target_forms import TargetForm

MOST_SHOWN, MOST_CASES = 100, 200


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = checking.checked(checking.targets_seen_by(actor)[:MOST_SHOWN])
    shown = {"rows": rows, "may_steer": actor.may(Permission.STEER)}
    return render(request, "experience/targets.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def target(request: HttpRequest, target_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(checking.targets_seen_by(actor), pk=target_id)
    (told,) = checking.checked([found])
    shown = {
        "told": told,
        "cases": checking.cases(told, actor)[:MOST_CASES],
        "may_steer": actor.may(Permission.STEER),
    }
    return render(request, "experience/target.html", shown)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def target_add(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = TargetForm(request.GET.get("whose", ""), given)
    if request.method == "POST" and form.is_valid():
        try:
            made = state_target(actor_of(request), form.columns())
            return redirect("experience:target", made.pk)
        except ExperienceError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "experience/target_form.html", {"form": form})


@requires(Permission.STEER)
@require_POST
def withdrawal(request: HttpRequest, target_id: int) -> HttpResponse:
    withdraw_target(actor_of(request), target_id)
    messages.success(request, _("The target is taken back."))
    return redirect("experience:targets")
