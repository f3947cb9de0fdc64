"""Year on year with a break, and what a solved problem is worth in loyalty."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.experience.queries.loyalty import loyalty
from oneroof.experience.queries.recovery import recovery
from oneroof.experience.queries.satisfaction import month_of
from oneroof.experience.queries.years import courses


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def years(request: HttpRequest) -> HttpResponse:
    break_at = month_of(request.GET.get("break", ""))
    shown = {"courses": courses(break_at), "break_at": break_at}
    return render(request, "experience/years.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def recovered(request: HttpRequest) -> HttpResponse:
    return render(request, "experience/recovery.html", {"found": recovery(), "loyalty": loyalty()})
