"""Addresses of the community that was brought along."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from oneroof.accounts.access import open_to_all
from oneroof.community.queries.old_addresses import group_at, place_at
from oneroof.community.views.page import reader_of

PUBLIC = "links of the old community are public; what they lead to is read by whom it is for"


@open_to_all(PUBLIC)
def old_address(request: HttpRequest, number: int, before: str, rest: str = "") -> HttpResponse:  # noqa: ARG001
    return _to_first(request, f"{before}{number}")


@open_to_all(PUBLIC)
def old_topic(request: HttpRequest, slug: str, number: int, post: int = 1) -> HttpResponse:
    """Discourse's: /t/SLUG/7, /t/SLUG/7/3, /t/7/3. A post that is gone leads to its topic."""
    if slug.isdigit():
        number, post = int(slug), number
    return _to_first(request, f"/t/{number}/{post}", f"/t/{number}/1")


@open_to_all(PUBLIC)
def old_category(request: HttpRequest, rest: str) -> HttpResponse:
    """Discourse's: /c/SLUG/5, /c/PARENT/SLUG/6, and what was to be shown of it; once without number."""
    steps = rest.strip("/").split("/")
    number = next((each for each in steps if each.isdigit()), "")
    if place := group_at(number, steps[-1], reader_of(request)):
        return HttpResponsePermanentRedirect(place)
    raise Http404


@open_to_all(PUBLIC)
def old_person(request: HttpRequest, name: str, rest: str = "") -> HttpResponse:  # noqa: ARG001
    return _to_first(request, f"/u/{name.lower()}")


def _to_first(request: HttpRequest, *paths: str) -> HttpResponse:
    for path in paths:
        if place := place_at(path, reader_of(request)):
            return HttpResponsePermanentRedirect(place)
    raise Http404
