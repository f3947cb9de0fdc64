"""What cannot be, and what took too long, is answered as such on every page and in the API."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from psycopg.errors import QueryCanceled

from oneroof.core.problems import problem

API = "/api/"


class NoNulMiddleware:
    """PostgreSQL keeps no NUL, so an address with one names nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _has_nul(request):
            return self._get_response(request)
        if request.path.startswith(API):
            return problem(422, "The request does not fit", "An address holds no NUL.")
        return page_not_found(request, Http404())


class OverdueMiddleware:
    """A statement that ran into the time limit of the web's connections: decision 0131."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return render(request, "503.html", status=503) if took_too_long(error) else None


def took_too_long(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)


def too_long() -> HttpResponse:
    return problem(503, "This took too long", _("Ask for less, or again in a minute."))


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "\0" in request.path_info or "\0" in query or "%00" in query
