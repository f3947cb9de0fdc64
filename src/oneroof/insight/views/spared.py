"""Would a known answer have spared it? Drawn contacts and posts beside what was known, for people to judge."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.insight.actions.spared import LAST, OF_A_REASON, judge_case
from oneroof.insight.models import Reason
from oneroof.insight.queries import spared as asking
from oneroof.insight.queries.drivers import Driver, drivers
from oneroof.insight.views.reasons import saying


@requires(Permission.HEAR)
@require_GET
def spared(request: HttpRequest) -> HttpResponse:
    reason = _reason_of(request)
    show = request.GET.get("show", "")
    show = show if show in asking.SHOWS else "waiting"
    try:
        page = asking.cases(actor_of(request), reason.pk if reason else None, show, request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    shown = {
        "reason": reason,
        "driver": _driver(reason),
        "show": show,
        "page": page,
        "counts": asking.counts(reason.pk if reason else None),
        "may_judge": actor_of(request).may(Permission.ANSWER),
        "days": LAST.days,
        "most": OF_A_REASON,
    }
    return render(request, "insight/spared.html", shown)


@requires(Permission.ANSWER)
@require_POST
def judgement(request: HttpRequest, case_id: int) -> HttpResponse:
    said = request.POST.get("spared", "")
    if said not in {"yes", "no"}:
        raise Http404
    with saying(request, _("Noted.")):
        judge_case(actor_of(request), case_id, is_spared=said == "yes")
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else reverse("insight:spared"))


def _reason_of(request: HttpRequest) -> Reason | None:
    asked = request.GET.get("reason", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(Reason.objects.live(), pk=int(asked))


def _driver(reason: Reason | None) -> Driver:
    """Its figures over the days from which is drawn, or those of all."""
    found = drivers(clock.now() - LAST)
    rows = {row.reason.pk: row for row in found.rows if row.reason}
    return rows[reason.pk] if reason else found.total
