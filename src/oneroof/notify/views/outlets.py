"""Browsers and chat rooms to which notices go."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.notify import queries
from oneroof.notify.actions import dispatching, outlets
from oneroof.notify.actions.preferring import NoticeError
from oneroof.notify.browsers import name_of
from oneroof.notify.carriers import CHATS, Carrier
from oneroof.notify.forms import RoomForm
from oneroof.notify.models import LetterState, Outlet
from oneroof.notify.queries import outlet_for

LARGEST = 4_096


@requires(Permission.HEAR)
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    shown = {"mine": queries.rooms_of(actor), "carriers": CHATS, "may_share": actor.may(Permission.STEER)}
    if shown["may_share"]:
        shown["shared"] = queries.shared_rooms()
    return render(request, "notify/rooms.html", shown)


@requires(Permission.HEAR)
@require_http_methods(["GET", "POST"])
def room_add(request: HttpRequest, carrier: str) -> HttpResponse:
    chosen = next((each for each in CHATS if each.key == carrier), None)
    if chosen is None:
        raise Http404
    form = RoomForm(actor_of(request), chosen, None, request.POST or None)
    if form.is_valid() and _done(form, lambda: _add(request, chosen, form)):
        messages.success(request, _("Added. Send a test to see whether it arrives."))
        return redirect("notify:rooms")
    return render(request, "notify/room.html", {"form": form, "carrier": chosen})


@requires(Permission.HEAR)
@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, outlet_id: int) -> HttpResponse:
    actor, outlet = actor_of(request), _found(request, outlet_id)
    form = RoomForm(actor, outlet.what, outlet, request.POST or None)
    if form.is_valid() and _done(
        form, lambda: outlets.change_room(actor, outlet_id, form.settings(), form.wanted())
    ):
        messages.success(request, _("Saved."))
        return redirect("notify:rooms")
    return render(request, "notify/room.html", {"form": form, "carrier": outlet.what, "outlet": outlet})


@requires(Permission.HEAR)
@require_POST
def removal(request: HttpRequest, outlet_id: int) -> HttpResponse:
    outlet = _found(request, outlet_id)
    outlets.remove_outlet(actor_of(request), outlet_id)
    messages.success(request, _("Removed."))
    return redirect(outlet.page)


@requires(Permission.HEAR)
@require_POST
def test(request: HttpRequest, outlet_id: int) -> HttpResponse:
    outlet = _found(request, outlet_id)
    try:
        sent = dispatching.send_test(actor_of(request), outlet_id)
    except OneroofError as error:
        messages.error(request, str(error))
    else:
        if sent.state == LetterState.SENT:
            messages.success(request, _("It was taken."))
        else:
            messages.error(request, sent.reason or _("It was not taken."))
    return redirect(outlet.page)


@requires(Permission.HEAR)
@require_POST
def browsers(request: HttpRequest) -> HttpResponse:
    """What ``PushSubscription.toJSON`` gives, as JSON."""
    try:
        told = json.loads(request.body[: LARGEST + 1])
        subscription = {"endpoint": told["endpoint"], **told["keys"]}
        outlets.tie_browser(actor_of(request), subscription, name_of(request.headers.get("User-Agent", "")))
    except (NoticeError, ValueError, TypeError, KeyError) as error:
        said = str(error) if isinstance(error, NoticeError) else _("This is no subscription of a browser.")
        return JsonResponse({"detail": said}, status=400)
    return HttpResponse(status=204)


@open_to_all("a browser asks for its worker without saying who is there; it holds nothing of anybody")
@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, since a worker rules what lies below its own address."""
    return render(request, "notify/worker.js", content_type="text/javascript; charset=utf-8")


def _found(request: HttpRequest, outlet_id: int) -> Outlet:
    try:
        return outlet_for(actor_of(request), outlet_id)
    except Outlet.DoesNotExist as error:
        raise Http404 from error


def _add(request: HttpRequest, carrier: Carrier, form: RoomForm) -> Outlet:
    actor, settings, wanted = actor_of(request), form.settings(), form.wanted()
    if form.is_mine:
        return outlets.add_own_room(actor, carrier.key, settings, wanted)
    return outlets.add_shared_room(actor, carrier.key, settings, wanted, form.department_id())


def _done(form: RoomForm, act: Callable[[], object]) -> bool:
    """Whether it was done; where not, the form says why."""
    try:
        act()
    except NoticeError as error:
        form.refuse(error)
        return False
    return True
