"""Sources: how each does, and how one is added, changed, asked, stopped and started."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.core.pagination import CursorError
from oneroof.listening import queries
from oneroof.listening.actions import sources as acting
from oneroof.listening.forms import SourceForm
from oneroof.listening.gaps import progress_of
from oneroof.listening.models import CredentialCheck, Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import UnknownNetworkError, network, networks
from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.trying import Trial
from oneroof.listening.views.trying import trial_of

ICONS = {"rss": "rss", "webhook": "webhook", "email": "mail", "files": "file-text"}
LOOKS = {"silent": "late", "off": "paused"}
"""States of a source that go by another name in ``core.states``."""


@requires(Permission.HEAR)
@require_GET
def source_list(request: HttpRequest) -> HttpResponse:
    found = [_told(health) for health in queries.source_health()]
    troubled = sum(each["look"] in ("failing", "late") for each in found)
    context = {
        "sources": found,
        "troubled": troubled,
        "not_answered": sum(each["health"].answering.is_failing for each in found),
        "budgets": queries.rate_budgets(),
        "may_manage": _may_manage(request),
    }
    return render(request, "listening/sources.html", context)


@requires(Permission.HEAR)
@require_GET
def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    health = next(iter(queries.source_health(source_id)), None)
    if health is None:
        raise Http404
    try:
        rejected = queries.rejected_page(source_id, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    context = {
        **_told(health),
        "may_manage": _may_manage(request),
        "rejected": rejected.rows,
        "next": rejected.next,
        "gaps": progress_of(source_id),
        "may_be_deleted": _may_manage(request) and not acting.has_heard(health.source),
        "credentials": CredentialCheck.objects.filter(source=source_id).first(),
    }
    return render(request, "listening/source.html", context)


def _told(health: queries.SourceHealth) -> dict[str, Any]:
    place = network(health.source.network)
    return {
        "health": health,
        "source": health.source,
        "network": place,
        "icon": ICONS.get(place.key, "radio"),
        "look": _look(health),
        "is_asked": place.poll is not None,
        "connects": place.oauth is not None and place.oauth.is_used(health.source.settings),
        "inbox_url": inbox_url(health.source) if place.receive else "",
    }


def _look(health: queries.SourceHealth) -> str:
    if health.state in {"ok", "new"} and health.answering.is_failing:
        return "replies_fail"
    return LOOKS.get(health.state, health.state)


def _may_manage(request: HttpRequest) -> bool:
    return actor_of(request).may(Permission.MANAGE_SOURCES)


def inbox_url(source: Source) -> str:
    """Where another system pushes its posts to."""
    return f"{settings.PUBLIC_URL}{reverse('api:inbox', args=[source.pk])}"


@requires(Permission.MANAGE_SOURCES)
@require_GET
def network_choice(request: HttpRequest) -> HttpResponse:
    places = [
        {"network": place, "icon": ICONS.get(place.key, "radio"), "way": _way(place)}
        for place in networks().values()
        if place.fields
    ]
    return render(request, "listening/networks.html", {"places": places})


def _way(place: Network) -> str:
    """How posts and answers go."""
    match (place.poll is not None, place.receive is not None, place.can_answer):
        case (True, _receives, True):
            return _("We ask it what is new, and answer there.")
        case (True, _receives, False):
            return _("We ask it what is new.")
        case (False, True, True):
            return _("It pushes posts to us, and takes our answers.")
        case (False, True, False):
            return _("It pushes posts to us.")
        case _nothing_heard:
            return _("We answer there.")


@requires(Permission.MANAGE_SOURCES)
@require_http_methods(["GET", "POST"])
@never_cache
def source_add(request: HttpRequest, network_key: str) -> HttpResponse:
    place = _place(network_key)
    form = SourceForm(place, request.POST or None)
    if "try_out" in request.POST:
        return _form_page(request, form, trial=trial_of(actor_of(request), form))
    if not form.is_valid():
        return _form_page(request, form)
    try:
        source = acting.add_source(actor_of(request), place.key, **form.changes())
    except OneroofError as error:
        form.add_error(None, str(error))
        return _form_page(request, form)
    if place.receive and (made := _made_secret(place, form)):
        secret = settings_of(source)[made.name]
        context = {"source": source, "inbox_url": inbox_url(source), "label": _(made.label), "secret": secret}
        return render(request, "listening/source_made.html", context)
    messages.success(request, _("We listen there from now on."))
    return redirect("source", source.pk)


def _place(key: str) -> Network:
    try:
        place = network(key)
    except UnknownNetworkError as error:
        raise Http404 from error
    if not place.fields:
        raise Http404
    return place


def _made_secret(place: Network, form: SourceForm) -> Field | None:
    """The secret that was made because none was given: shown this once."""
    given = form.changes()["settings"]
    makes = [field for field in place.fields if field.kind == FieldKind.SECRET and field.make]
    return next((field for field in makes if field.name not in given), None)


@requires(Permission.MANAGE_SOURCES)
@require_http_methods(["GET", "POST"])
@never_cache
def source_change(request: HttpRequest, source_id: int) -> HttpResponse:
    source = get_object_or_404(Source, pk=source_id)
    form = SourceForm(network(source.network), request.POST or None, source=source)
    if "try_out" in request.POST:
        return _form_page(request, form, source, trial=trial_of(actor_of(request), form, source))
    if form.is_valid():
        try:
            acting.edit_source(actor_of(request), source_id, **form.changes())
        except OneroofError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("source", source_id)
    return _form_page(request, form, source)


def _form_page(
    request: HttpRequest, form: SourceForm, source: Source | None = None, trial: Trial | None = None
) -> HttpResponse:
    context = {"form": form, "network": form.place, "source": source, "trial": trial}
    context["can_be_tried"] = form.place.poll is not None
    return render(request, "listening/source_form.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_SOURCES)
@require_POST
def source_poll(request: HttpRequest, source_id: int) -> HttpResponse:
    source = get_object_or_404(Source, pk=source_id)
    try:
        acting.poll_now(actor_of(request), source.pk)
    except OneroofError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is asked within a second."))
    return redirect("source", source_id)


@requires(Permission.MANAGE_SOURCES)
@require_POST
def source_deletion(request: HttpRequest, source_id: int) -> HttpResponse:
    source = get_object_or_404(Source, pk=source_id)
    try:
        acting.delete_source(actor_of(request), source.pk)
    except OneroofError as error:
        messages.error(request, str(error))
        return redirect("source", source_id)
    messages.success(request, _("The source is deleted."))
    return redirect("sources")


@requires(Permission.MANAGE_SOURCES)
@require_POST
def source_activity(request: HttpRequest, source_id: int) -> HttpResponse:
    """On or off."""
    source = get_object_or_404(Source, pk=source_id)
    is_enabled = request.POST.get("is_enabled") == "yes"
    acting.set_enabled(actor_of(request), source.pk, is_enabled=is_enabled)
    messages.success(request, _("We listen there again.") if is_enabled else _("We do not listen there now."))
    return redirect("source", source_id)
