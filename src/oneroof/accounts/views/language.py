"""In which language one reads the site."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, open_to_all
from oneroof.accounts.actions.people import choose_language
from oneroof.accounts.queries import safe_next

A_YEAR = 365 * 24 * 60 * 60


@csrf_exempt
@open_to_all("whoever reads may choose the language; signed in, it is kept with the account")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Signed out, it is a cookie, and pages that anybody may keep carry no token for it."""
    if request.POST.get("language") not in dict(settings.LANGUAGES):
        raise Http404
    return _of_account(request) if request.user.is_authenticated else _of_browser(request)


@csrf_protect
def _of_account(request: HttpRequest) -> HttpResponse:
    choose_language(actor_of(request), request.POST["language"])
    return _of_browser(request)


def _of_browser(request: HttpRequest) -> HttpResponse:
    answer = redirect(safe_next(request.POST.get("next", "")) or "/")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        request.POST["language"],
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
