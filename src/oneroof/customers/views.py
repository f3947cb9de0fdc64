"""People: a list to find them in, and a page for each."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.customers import queries
from oneroof.customers.actions.erasing import erase_person, export_person
from oneroof.customers.bought import owned_by
from oneroof.customers.forms import JoinForm
from oneroof.customers.models import Person
from oneroof.customers.places import place_names
from oneroof.customers.timeline import tellers_for, timeline
from oneroof.customers.value.telling import value_of


@requires(Permission.HEAR)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()
    try:
        page = queries.people_page(text, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    _name_places([identity for each in page.rows for identity in each.identities.all()])
    return render(request, "customers/people.html", {"page": page, "text": text})


@requires(Permission.HEAR)
@require_GET
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    user, only = actor_of(request), request.GET.get("what", "")
    try:
        shown = queries.person(person_id)
        _name_places(shown.identities.all())
        identities = [identity.pk for identity in shown.identities.all()]
        rows = queries.rows_of(shown.pk)
        page = timeline(user, identities, rows=rows, only=only, cursor=request.GET.get("after"))
    except (Person.DoesNotExist, CursorError) as error:
        raise Http404 from error
    if shown.pk != person_id:
        return redirect("customers:person", shown.pk)
    context = {"person": shown, "page": page, "tellers": tellers_for(user), "only": only}
    context["may_govern"] = user.may(Permission.GOVERN_PEOPLE)
    if user.may(Permission.KNOW_CUSTOMERS):
        context |= {
            "records": queries.records_of(rows),
            "owned": owned_by(rows),
            "links": queries.links_of(rows),
            "form": JoinForm(),
        }
    return render(request, "customers/person.html", context)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def value(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        shown = queries.person(person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    told = value_of(queries.rows_of(shown.pk))
    return render(request, "customers/value.html", {"person": shown, "value": told})


@requires(Permission.GOVERN_PEOPLE)
@require_POST
def archive(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        packed = export_person(actor_of(request), person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    headers = {"Content-Disposition": f'attachment; filename="person-{person_id}.zip"'}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


@requires(Permission.GOVERN_PEOPLE)
@require_POST
def erasure(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        erase_person(actor_of(request), person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Erased."))
    return redirect("customers:people")


def _name_places(identities: Iterable[Any]) -> None:
    """Each gets ``place``, the name of where it speaks."""
    known = list(identities)
    names = place_names([identity.pk for identity in known])
    for identity in known:
        identity.place = names.get(identity.pk, identity.network)
