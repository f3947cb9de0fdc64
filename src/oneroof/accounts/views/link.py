"""Signing in by a link."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oneroof.accounts.access import open_to_all
from oneroof.accounts.actions import people


@open_to_all("whoever holds an unused link is the person it was made for")
@require_safe
@never_cache
def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Spend the link. A GET that writes, knowingly: see decision 0004. A HEAD tells and does nothing.

    Who has a second factor is asked for it, as after a password.
    """
    if request.method == "HEAD":
        return HttpResponse()
    user = people.use_sign_in_link(secret)
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, method="link")
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response
