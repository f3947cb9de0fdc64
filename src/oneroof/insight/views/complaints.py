"""The day's twenty, and one complaint with all that is decided about it."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import Department
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.insight.actions import complaints as actions
from oneroof.insight.errors import InsightError
from oneroof.insight.forms import ComplaintForm
from oneroof.insight.models import Complaint
from oneroof.insight.queries import twenty as asking
from oneroof.insight.queries.complainers import told_of
from oneroof.insight.queries.complaint import days_of, members_of


@requires(Permission.HEAR)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    day = _day_of(request) or asking.latest_day() or clock.now().date()
    before, after = asking.days_around(day)
    departments = asking.departments_with(day)
    department = _department_of(request, {each.pk for each, count in departments if count})
    shown = {
        "day": day,
        "before": before,
        "after": after,
        "is_running": day == clock.now().date(),
        "department": department,
        "departments": departments,
        "complaints": asking.twenty(day, department.pk if department else None),
        "speed": asking.loop_speed(),
    }
    return render(request, "insight/today.html", shown)


@requires(Permission.HEAR)
@require_GET
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    found = get_object_or_404(Complaint.objects.select_related("owner", "department"), pk=complaint_id)
    return _page(request, found, ComplaintForm.of(found))


@requires(Permission.ANSWER)
@require_POST
def decision(request: HttpRequest, complaint_id: int) -> HttpResponse:
    found = get_object_or_404(Complaint, pk=complaint_id)
    form = ComplaintForm(request.POST)
    if form.is_valid():
        try:
            actions.decide(actor_of(request), complaint_id, **form.columns())
        except InsightError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("insight:complaint", complaint_id)
    return _page(request, found, form)


@requires(Permission.ANSWER)
@require_POST
def news(request: HttpRequest, complaint_id: int) -> HttpResponse:
    get_object_or_404(Complaint, pk=complaint_id)
    try:
        left = actions.draft_the_news(actor_of(request), complaint_id)
    except InsightError as error:
        messages.error(request, str(error))
    else:
        told = ngettext("%(count)d draft waits for a person.", "%(count)d drafts wait for a person.", left)
        messages.success(request, told % {"count": left})
    return redirect("insight:complaint", complaint_id)


def _page(request: HttpRequest, found: Complaint, form: ComplaintForm) -> HttpResponse:
    try:
        members = members_of(found, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    shown = {
        "complaint": found,
        "form": form,
        "days": days_of(found),
        "page": members,
        "told": told_of(found),
        "may_decide": actor_of(request).may(Permission.ANSWER),
    }
    return render(request, "insight/complaint.html", shown)


def _day_of(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _department_of(request: HttpRequest, busy: set[int]) -> Department | None:
    """The one that is asked for; of who asks for none their own, where it has complaints. ``all`` is all."""
    asked = request.GET.get("department", "")
    if asked.isdecimal() and len(asked) < 10:
        return Department.objects.filter(pk=int(asked)).first()
    return None if asked else actor_of(request).departments.filter(pk__in=busy).first()
