"""How long people waited, and the waits behind each figure."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.experience.queries import response as waiting
from oneroof.experience.views.spans import span_asked

SPANS = (7, 30, 90, 365)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def response(request: HttpRequest) -> HttpResponse:
    days = _days(request)
    shown = {"blocks": waiting.response(*_span(days)), "days": days, "spans": SPANS}
    return render(request, "experience/response.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    days, asked = _days(request), request.GET
    place = asked.get("place") if asked.get("place") in waiting.PLACES else "inbox"
    name = asked.get("clock") if asked.get("clock") in waiting.CLOCKS else "answer"
    state = asked.get("state") if asked.get("state") in waiting.STATES else ""
    assert place
    assert name
    span = span_asked(request) or _span(days)
    try:
        page = waiting.response_rows(*span, place, name, state or "", asked.get("after"))
    except CursorError as wrong:
        raise Http404 from wrong
    shown = {
        "page": page,
        "days": days,
        "place": place,
        "clock": name,
        "state": state,
        "where": waiting.PLACES[place],
        "what": waiting.CLOCKS[name],
        "states": waiting.STATES.items(),
    }
    return render(request, "experience/response_rows.html", shown)


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else 30


def _span(days: int) -> tuple[datetime, datetime]:
    now = clock.now()
    return now - timedelta(days=days), now + timedelta(seconds=1)
