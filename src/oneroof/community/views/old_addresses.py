"""Addresses of the community that was brought along."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from oneroof.accounts.access import open_to_all
from oneroof.accounts.models import User
from oneroof.community.queries.old_addresses import entry_at


@open_to_all("links of the old community are public; what they lead to is read by whom it is for")
def old_address(request: HttpRequest, number: int, before: str, rest: str = "") -> HttpResponse:  # noqa: ARG001
    reader = request.user if isinstance(request.user, User) else None
    entry = entry_at(f"{before}{number}", reader)
    if entry is None:
        raise Http404
    return HttpResponsePermanentRedirect(entry.get_absolute_url())
