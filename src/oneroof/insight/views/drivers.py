"""What drives contacts, and what was counted under one reason."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.models import Reason
from oneroof.insight.queries import drivers as counting
from oneroof.insight.queries.reasons import counted_contacts, counted_posts, reason_choices

SPANS = (7, 30, 90, 365)
COUNTED = {"contacts": counted_contacts, "posts": counted_posts}


@requires(Permission.HEAR)
@require_GET
def drivers(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in SPANS else counting.DAYS
    found = counting.drivers(clock.now() - timedelta(days=days))
    shown = {"found": found, "days": days, "spans": SPANS, "may_steer": _may_steer(request)}
    return render(request, "insight/drivers.html", shown)


@requires(Permission.HEAR)
@require_GET
def reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    return _counted(request, get_object_or_404(Reason.objects.live(), pk=reason_id))


@requires(Permission.HEAR)
@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    return _counted(request, None)


def _counted(request: HttpRequest, of: Reason | None) -> HttpResponse:
    """Contacts, unless one asks for posts or there are only those."""
    asked, of_reason, after = request.GET.get("show"), of.pk if of else None, request.GET.get("after")
    show = "posts" if asked == "posts" else "contacts"
    page = COUNTED[show](of_reason, after)
    if not asked and not page.rows:
        show, page = "posts", counted_posts(of_reason, after)
    shown = {
        "reason": of,
        "show": show,
        "page": page,
        "choices": reason_choices(),
        "may_steer": _may_steer(request),
        "may_correct": actor_of(request).may(Permission.ANSWER),
    }
    return render(request, "insight/reason.html", shown)


def _may_steer(request: HttpRequest) -> bool:
    return actor_of(request).may(Permission.STEER)
