"""Departments: a list, a name to add, a name to change."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts import queries
from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions.departments import (
    add_department,
    is_used,
    remove_department,
    rename_department,
)
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.forms import DepartmentForm
from oneroof.accounts.models import Department
from oneroof.accounts.policies import Permission


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def departments_page(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if form.is_valid() and _is_done(form, lambda name: add_department(actor_of(request), name)):
        messages.success(request, _("Added."))
        return redirect("departments")
    return render(request, "accounts/departments.html", {"form": form, "departments": queries.departments()})


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def department_change(request: HttpRequest, department_id: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=department_id)
    form = DepartmentForm(request.POST or None, initial={"name": department.name})
    if form.is_valid() and _is_done(
        form, lambda name: rename_department(actor_of(request), department_id, name)
    ):
        messages.success(request, _("Saved."))
        return redirect("departments")
    return render(
        request,
        "accounts/department_form.html",
        {"form": form, "department": department, "is_used": is_used(department)},
    )


@requires(Permission.STEER)
@require_POST
def department_removal(request: HttpRequest, department_id: int) -> HttpResponse:
    get_object_or_404(Department, pk=department_id)
    try:
        remove_department(actor_of(request), department_id)
    except AccountError as error:
        messages.error(request, str(error))
        return redirect("department_change", department_id)
    messages.success(request, _("Removed."))
    return redirect("departments")


def _is_done(form: DepartmentForm, action: Callable[[str], Department]) -> bool:
    """Whether the action took the name; why not stands at the field."""
    try:
        action(form.cleaned_data["name"])
    except AccountError as error:
        form.add_error("name", str(error))
        return False
    return True
