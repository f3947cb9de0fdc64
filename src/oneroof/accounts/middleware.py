"""Each person's own language and time zone, and who may change how they sign in or keep a page."""

import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from oneroof.core import clock

FRESH = timedelta(minutes=15)


class OwnLocaleMiddleware:
    """What the signed-in person chose; for everybody else their browser's language and the site's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        language = _language(request.user.language)
        with translation.override(language), timezone.override(_zone(request.user.time_zone)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _language(code: str) -> str:
    """The site's own where the interface does not speak the chosen one (any more)."""
    try:
        return get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE


@lru_cache(maxsize=600)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """None, the site's own, where the stored name is not known to this machine: to list them reads a directory."""
    return zoneinfo.ZoneInfo(name) if name in zoneinfo.available_timezones() else None


class FreshSignInMiddleware:
    """A first password, and other e-mail addresses, only for whoever has just shown who they are.

    Allauth asks whoever has a password or a second factor, but not before a first password, and lets others
    pass: those have nothing to show but the link or the single sign-on they came by, so that has to be fresh.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not _is_guarded(request):
            return None
        ways = get_adapter().get_reauthentication_methods(request.user)
        if ways and did_recently_reauthenticate(request):
            return None
        if ways:
            return redirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}")
        if _signed_in_just_now(request):
            return None
        messages.error(request, _("Sign in afresh first: this is open for 15 minutes after signing in."))
        return redirect("profile")


def _is_guarded(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    name = request.resolver_match.url_name if request.resolver_match else None
    if name == "account_set_password":
        return not request.user.has_usable_password()
    return name == "account_email" and request.method == "POST"


def _signed_in_just_now(request: HttpRequest) -> bool:
    shown = [one["at"] for one in get_authentication_records(request, request.user)]
    return bool(shown) and clock.now().timestamp() - max(shown) < FRESH.total_seconds()


class PrivatePagesMiddleware:
    """No browser and no proxy keeps a page of the desk or of somebody's account."""

    PLACES = ("/desk/", "/accounts/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.PLACES):
            patch_cache_control(response, private=True, no_store=True)
        return response
