"""What surveys say, and the answers behind each figure."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.experience.models import Kind
from oneroof.experience.queries import satisfaction as said
from oneroof.experience.views.spans import span_asked

ALL_SCORES = [str(score) for score in range(11)]
SCALES = {Kind.NPS: (-100, 100), Kind.CSAT: (0, 100), Kind.OWN: (0, 100)}


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def satisfaction(request: HttpRequest) -> HttpResponse:
    kind = _kind(request)
    least, most = SCALES[kind]
    shown = {
        "kind": kind,
        "overall": said.overall(kind),
        "touch_points": said.by_touch_point(kind),
        "months": said.by_month(kind),
        "least": least,
        "most": most,
    }
    return render(request, "experience/satisfaction.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    kind, asked = _kind(request), request.GET
    month = said.month_of(asked.get("month", ""))
    score = int(asked["score"]) if asked.get("score", "") in ALL_SCORES else None
    try:
        page = said.answers_page(
            kind, asked.get("touch_point"), month, asked.get("after"), score, span_asked(request)
        )
    except CursorError as wrong:
        raise Http404 from wrong
    shown = {"kind": kind, "page": page, "touch_point": asked.get("touch_point"), "month": month}
    return render(request, "experience/answers.html", shown)


def _kind(request: HttpRequest) -> Kind:
    asked = request.GET.get("kind", "")
    return Kind(asked) if asked in Kind.values else Kind.NPS
