"""People: a list to find them in, and a page for each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.customers import queries
from oneroof.customers.actions.erasing import export_person
from oneroof.customers.actions.erasing_long import ask_erasure
from oneroof.customers.bought import owned_by
from oneroof.customers.candidates import waiting
from oneroof.customers.consent import words_of
from oneroof.customers.feelings import Month, months_of
from oneroof.customers.flags import flags_of
from oneroof.customers.forms import ConsentForm, JoinForm, TimelineForm, TouchForm
from oneroof.customers.models import Erasure, Person
from oneroof.customers.models.people import language_name
from oneroof.customers.origin import touches_of
from oneroof.customers.places import place_names
from oneroof.customers.reach import channel_name, reach_among
from oneroof.customers.timeline import tellers_for, timeline
from oneroof.customers.value.telling import value_of
from oneroof.customers.views.reaching import reach_form
from oneroof.customers.worth import worth_of


@requires(Permission.HEAR)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()
    try:
        page = queries.people_page(text, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    _name_places([identity for each in page.rows for identity in each.identities.all()])
    may_know = actor_of(request).may(Permission.KNOW_CUSTOMERS)
    context = {"page": page, "text": text, "may_know": may_know, "waiting": waiting() if may_know else 0}
    return render(request, "customers/people.html", context)


@requires(Permission.HEAR)
@require_GET
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        shown, people = queries.human(person_id)
        if shown.pk != person_id:
            return redirect("customers:person", shown.pk)
        context = _what_happened(request, shown, [each.pk for each in people])
    except (Person.DoesNotExist, CursorError) as error:
        raise Http404 from error
    _name_places(shown.identities.all())
    context |= _who_they_are(actor_of(request), shown, people, context["months"])
    return render(request, "customers/person.html", context)


def _what_happened(request: HttpRequest, shown: Person, rows: Sequence[int]) -> dict[str, Any]:
    """The timeline, narrowed as asked; a day that is none narrows nothing and says so."""
    user, only = actor_of(request), request.GET.get("what", "")
    identities = list(shown.identities.all())
    filters = TimelineForm(request.GET, dict.fromkeys(each.network for each in identities))
    filters.is_valid()
    channel = filters.cleaned_data.get("channel", "")
    page = timeline(
        user,
        [each.pk for each in identities if channel in ("", each.network)],
        rows=[] if channel else rows,
        only=only,
        since=filters.moment("since"),
        until=filters.moment("until", after=True),
        cursor=request.GET.get("after"),
    )
    narrowed = any(request.GET.get(name) for name in ("channel", "since", "until", "what"))
    return {
        "page": page,
        "tellers": tellers_for(user),
        "only": only,
        "filters": filters,
        "is_narrowed": narrowed,
        "months": months_of(user, [each.pk for each in identities]),
    }


def _who_they_are(
    user: User, shown: Person, people: Sequence[Person], felt: Sequence[Month]
) -> dict[str, Any]:
    """As far as the reader may know."""
    rows, reach = [each.pk for each in people], reach_among(people)
    told = {
        "person": shown,
        "may_govern": user.may(Permission.GOVERN_PEOPLE),
        "reach": reach,
        "reach_channel": channel_name(reach.channel),
        "reach_language": language_name(reach.language),
    }
    if not user.may(Permission.KNOW_CUSTOMERS):
        return told
    return told | {
        "records": [each.customer for each in people if hasattr(each, "customer")],
        "owned": owned_by(rows),
        "links": queries.links_of(rows),
        "form": JoinForm(),
        "reach_form": reach_form(shown, reach),
        "flags": flags_of(user, rows, [each.pk for each in shown.identities.all()], felt=felt),
        "words": words_of(rows),
        "consent_form": ConsentForm(),
        "touches": touches_of(rows),
        "touch_form": TouchForm(auto_id="touch_%s"),
    }


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def value(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        shown = queries.person(person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    user, rows = actor_of(request), queries.rows_of(shown.pk)
    identities = [each.pk for each in shown.identities.all()]
    told = value_of(rows)
    context = {
        "person": shown,
        "amounts": [*told.amounts, *worth_of(user, rows, identities)],
        "flags": flags_of(user, rows, identities),
        "unlearnt": told.unlearnt,
    }
    return render(request, "customers/value.html", context)


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
        goes_on = ask_erasure(actor_of(request), person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    if goes_on:
        return redirect("customers:erasure_state", goes_on.pk)
    messages.success(request, _("Erased."))
    return redirect("customers:people")


@requires(Permission.GOVERN_PEOPLE)
@require_GET
def erasure_state(request: HttpRequest, erasure_id: int) -> HttpResponse:
    erasure = Erasure.objects.filter(pk=erasure_id).first()
    if erasure is None:
        raise Http404
    shown = erasure.size if erasure.done_at else min(erasure.rows, erasure.size)
    return render(request, "customers/erasure.html", {"erasure": erasure, "shown": shown})


def _name_places(identities: Iterable[Any]) -> None:
    """Each gets ``place``, the name of where it speaks."""
    known = list(identities)
    names = place_names([identity.pk for identity in known])
    for identity in known:
        identity.place = names.get(identity.pk, identity.network)
