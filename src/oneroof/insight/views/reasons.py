"""The tree of reasons is edited, groups are taken up, and what was counted wrongly is corrected."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.insight.actions import reasons as actions
from oneroof.insight.actions.learning import correct_contact, correct_post
from oneroof.insight.errors import InsightError
from oneroof.insight.forms import ReasonForm
from oneroof.insight.models import Reason
from oneroof.insight.queries.reasons import groups as found_groups


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def reason_add(request: HttpRequest) -> HttpResponse:
    return _written(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def reason_change(request: HttpRequest, reason_id: int) -> HttpResponse:
    return _written(request, get_object_or_404(Reason.objects.live(), pk=reason_id))


@requires(Permission.STEER)
@require_POST
def reason_removal(request: HttpRequest, reason_id: int) -> HttpResponse:
    with saying(request, _("Removed.")):
        actions.remove_reason(actor_of(request), reason_id)
    return redirect("insight:drivers")


@requires(Permission.HEAR)
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    shown = {"groups": found_groups(), "may_steer": actor_of(request).may(Permission.STEER)}
    return render(request, "insight/groups.html", shown)


@requires(Permission.STEER)
@require_POST
def group_taking(request: HttpRequest, group_id: int) -> HttpResponse:
    with saying(request, _("It is a reason now.")):
        actions.take_up_group(actor_of(request), group_id, request.POST.get("name", ""))
    return redirect("insight:groups")


@requires(Permission.ANSWER)
@require_POST
def contact_reason(request: HttpRequest, contact_id: int) -> HttpResponse:
    with saying(request, _("Learnt.")):
        contact = correct_contact(actor_of(request), contact_id, _reason_of(request))
        return redirect("insight:reason", contact.reason_id)
    return redirect("insight:drivers")


@requires(Permission.ANSWER)
@require_POST
def post_reason(request: HttpRequest, post_id: int) -> HttpResponse:
    with saying(request, _("Learnt.")):
        placed = correct_post(actor_of(request), post_id, _reason_of(request))
        return redirect("insight:reason", placed.reason_id)
    return redirect("insight:drivers")


@contextmanager
def saying(request: HttpRequest, done: str) -> Iterator[None]:
    """Say ``done``, or why it could not be; what does not exist is 404."""
    try:
        yield
    except InsightError as error:
        messages.error(request, str(error))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, done)


def _reason_of(request: HttpRequest) -> int:
    asked = request.POST.get("reason", "")
    if not asked.isdecimal() or len(asked) > 18:
        raise InsightError(_("Say which reason it is."))
    return int(asked)


def _written(request: HttpRequest, reason: Reason | None) -> HttpResponse:
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm.of(reason)
    if form.is_valid():
        try:
            actions.write_reason(actor_of(request), **form.columns(), reason_id=reason.pk if reason else None)
        except InsightError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("insight:drivers")
    return render(request, "insight/reason_form.html", {"form": form, "reason": reason})
