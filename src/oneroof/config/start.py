"""Where one begins at the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.core.context import sections_for

FIRST_AT_THE_DESK = "inbox"


@requires(Permission.HEAR)
@require_GET
def desk_start(request: HttpRequest) -> HttpResponse:
    """The inbox; where there is none, the first section that is open to whoever comes."""
    places = {link.key: link.url for link in sections_for(request, "rail")}
    return redirect(places.get(FIRST_AT_THE_DESK) or next(iter(places.values())))
