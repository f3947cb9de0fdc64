"""Who may enter the desk, as what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts import queries
from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions import people
from oneroof.accounts.forms import ChangeForm, PersonForm
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError


@requires(Permission.MANAGE_USERS)
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()
    try:
        page = queries.people(text, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "accounts/people.html", {"page": page, "text": text})


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "POST"])
@never_cache
def person_add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/person_form.html", {"form": form})
    try:
        user, url = people.add_user(
            actor_of(request),
            form.cleaned_data["email"],
            form.cleaned_data["role"],
            name=form.cleaned_data["name"],
            departments=form.slugs(),
        )
    except people.AccountError as error:
        form.add_error(None, str(error))
        return render(request, "accounts/person_form.html", {"form": form})
    return render(request, "accounts/sign_in_link.html", {"person": user, "url": url})


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "POST"])
def person_change(request: HttpRequest, user_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=user_id)
    now = {"role": person.role, "is_active": person.is_active, "departments": person.departments.all()}
    form = ChangeForm(request.POST or None, initial=now)
    context = {"form": form, "person": person}
    if not form.is_valid():
        return render(request, "accounts/person_form.html", context)
    role, is_active = form.cleaned_data["role"], form.cleaned_data["is_active"]
    try:
        people.change_user(
            actor_of(request), user_id, role=role, departments=form.slugs(), is_active=is_active
        )
    except people.AccountError as error:
        form.add_error(None, str(error))
        return render(request, "accounts/person_form.html", context)
    messages.success(request, _("Saved."))
    return redirect("people")


@requires(Permission.MANAGE_USERS)
@require_POST
@never_cache
def person_link(request: HttpRequest, user_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=user_id)
    url = people.make_sign_in_link(actor_of(request), person)
    return render(request, "accounts/sign_in_link.html", {"person": person, "url": url})
