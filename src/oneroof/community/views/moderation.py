"""Reports by members; the desk's queue of what waits for a moderator."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.deciding import hold, release, remove
from oneroof.community.actions.reporting import report
from oneroof.community.models import Entry, ReportReason
from oneroof.community.queries.moderation import SHOWN, Waiting, decided, waiting, waiting_one
from oneroof.community.queries.sanctions import appeals
from oneroof.community.queries.talks import reported_messages
from oneroof.community.views.joining import said
from oneroof.community.views.page import shown


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def reporting(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = shown(request, entry_id)
    if request.method == "GET":
        return render(request, "community/report.html", {"entry": entry, "reasons": ReportReason.choices})
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    thanks = _("Thank you. A moderator will look at it.")
    said(request, lambda: report(actor_of(request), entry_id, reason, note), thanks)
    return redirect(
        "/" if not Entry.objects.visible_to(actor_of(request)).filter(pk=entry_id).exists() else entry
    )


@requires(Permission.MODERATE)
@require_GET
def queue(request: HttpRequest, entry_id: int | None = None) -> HttpResponse:
    """List and detail. Who waits longest stands first."""
    actor = actor_of(request)
    chosen: Waiting | None = None
    if entry_id is not None:
        try:
            chosen = waiting_one(actor, entry_id)
        except Entry.DoesNotExist as error:
            raise Http404 from error
    context = {
        "rows": waiting(actor)[:SHOWN],
        "chosen": chosen,
        "reasons": ReportReason.choices,
        **tabs(request),
    }
    return render(request, "community/moderation.html", context)


@requires(Permission.MODERATE)
@require_GET
def decided_list(request: HttpRequest) -> HttpResponse:
    context = {"holds": decided(actor_of(request)), **tabs(request)}
    return render(request, "community/moderation_decided.html", context)


@requires(Permission.MODERATE)
@require_POST
def releasing(request: HttpRequest, entry_id: int) -> HttpResponse:
    return _decided(request, entry_id, lambda: release(actor_of(request), entry_id), _("It stands."))


@requires(Permission.MODERATE)
@require_POST
def removing(request: HttpRequest, entry_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decided(request, entry_id, lambda: remove(actor_of(request), entry_id, reason), _("Taken away."))


@requires(Permission.MODERATE)
@require_POST
def holding(request: HttpRequest, entry_id: int) -> HttpResponse:
    said(request, lambda: hold(actor_of(request), entry_id), _("Held back."))
    return redirect("community:moderation_of", entry_id)


def tabs(request: HttpRequest) -> dict[str, Any]:
    """What stands above each page of the queue."""
    decides = actor_of(request).may(Permission.STEER)
    return {
        "decides_appeals": decides,
        "appeals_open": appeals().count() if decides else 0,
        "messages_open": reported_messages().count(),
    }


def _decided(request: HttpRequest, entry_id: int, act: Any, words: str) -> HttpResponse:
    """On to what waited next after it."""
    actor = actor_of(request)
    ids = list(waiting(actor).values_list("pk", flat=True)[:SHOWN])
    after = [
        pk for pk in (ids[ids.index(entry_id) + 1 :] + ids if entry_id in ids else ids) if pk != entry_id
    ]
    try:
        said(request, act, words)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return redirect("community:moderation_of", after[0]) if after else redirect("community:moderation")
