"""Where one begins: in public, and at the desk."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.core.context import sections_for

FIRST_AT_THE_DESK = "inbox"


@open_to_all("says whose place this is; it shows nothing else")
@require_GET
def public_start(request: HttpRequest) -> HttpResponse:
    return render(request, "config/start.html", {"company": settings.COMPANY, "contact": settings.CONTACT})


@requires(Permission.HEAR)
@require_GET
def desk_start(request: HttpRequest) -> HttpResponse:
    """The inbox; where there is none, the first section that is open to whoever comes."""
    places = {link.key: link.url for link in sections_for(request, "rail")}
    return redirect(places.get(FIRST_AT_THE_DESK) or next(iter(places.values())))
