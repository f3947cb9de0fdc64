"""Groups: which there are, what stands in one, and making or keeping one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.following import follow, unfollow
from oneroof.community.actions.groups import change_group, make_group
from oneroof.community.errors import CommunityError
from oneroof.community.forms_of_groups import GroupForm
from oneroof.community.models import Group
from oneroof.community.queries.groups import GroupSeen, group_seen, groups, invitations_to, may_make_groups
from oneroof.community.queries.lists import Wanted, questions
from oneroof.community.views.page import reader_of
from oneroof.core.pagination import CursorError


def seen(request: HttpRequest, slug: str) -> GroupSeen:
    """Raises Http404 for whom it does not exist."""
    try:
        return group_seen(reader_of(request), slug)
    except Group.DoesNotExist as error:
        raise Http404 from error


def kept(request: HttpRequest, slug: str) -> GroupSeen:
    """Its keepers alone."""
    found = seen(request, slug)
    if not found.keeps:
        raise Http404
    return found


@open_to_all("which groups there are, as far as the reader may know")
@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "groups": groups(reader),
        "may_make": may_make_groups(reader),
        "invitations": invitations_to(reader),
    }
    return render(request, "community/groups.html", context)


@open_to_all("a group's page: of a private one its name and what it is for, of a secret one nothing")
@require_GET
def group(request: HttpRequest, slug: str) -> HttpResponse:
    found = seen(request, slug)
    page = None
    if found.reads:
        try:
            page = questions(reader_of(request), Wanted(group=slug), cursor=request.GET.get("after"))
        except CursorError as error:
            raise Http404 from error
    return render(request, "community/group.html", {"seen": found, "group": found.group, "page": page})


@requires(Permission.MODERATE)
@require_http_methods(["GET", "POST"])
def group_add(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    made = _from(request, form, lambda columns: make_group(actor_of(request), **columns))
    return redirect("community:group", made.slug) if made else _form(request, form)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def group_change(request: HttpRequest, slug: str) -> HttpResponse:
    found = kept(request, slug)
    as_it_is = {name: getattr(found.group, name) for name in GroupForm.base_fields}
    form = GroupForm(request.POST if request.method == "POST" else None, initial=as_it_is)
    made = _from(request, form, lambda columns: change_group(actor_of(request), found.group.pk, **columns))
    return redirect("community:group", made.slug) if made else _form(request, form, found)


@requires(Permission.TAKE_PART)
@require_POST
def group_follow(request: HttpRequest, slug: str) -> HttpResponse:
    return _followed(request, slug, follow)


@requires(Permission.TAKE_PART)
@require_POST
def group_unfollow(request: HttpRequest, slug: str) -> HttpResponse:
    return _followed(request, slug, unfollow)


def _followed(request: HttpRequest, slug: str, act: Any) -> HttpResponse:
    found = seen(request, slug)
    if not found.reads:
        raise Http404
    act(actor_of(request), found.group)
    return redirect("community:group", slug)


def _from(request: HttpRequest, form: GroupForm, act: Any) -> Group | None:
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made: Group = act(form.cleaned_data)
    except CommunityError as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Saved."))
    return made


def _form(request: HttpRequest, form: GroupForm, found: GroupSeen | None = None) -> HttpResponse:
    context = {"form": form, "group": found.group if found else None}
    return render(request, "community/group_form.html", context, status=422 if form.is_bound else 200)
