"""“Is this you?”: an account that was brought along becomes its owner's."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.old_accounts import ask_for_account, claim_of, give_account, take_account
from oneroof.community.errors import CommunityError
from oneroof.community.forms_of_groups import OldAddressForm
from oneroof.community.models import AccountClaim
from oneroof.community.queries.old_accounts import old_accounts, unclaimed
from oneroof.community.views.joining import said
from oneroof.community.views.page import reader_of
from oneroof.core.pagination import CursorError

LIMITS = {"claim": "10/h/ip"}


@open_to_all("whoever had an account before asks for it; the letter goes to its address alone")
@require_http_methods(["GET", "POST"])
@never_cache
def claiming(request: HttpRequest) -> HttpResponse:
    """The answer is the same, whether the address is known or not."""
    form = OldAddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "community/old_account_asking.html", {"form": form}, status=status)
    if not ratelimit.consume(request, app="oneroof", action="claim", config=LIMITS):
        messages.error(request, _("That was often enough for now. Try again in an hour."))
        return render(request, "community/old_account_asking.html", {"form": form}, status=429)
    try:
        ask_for_account(reader_of(request), form.cleaned_data["email"])
    except CommunityError as refusal:
        form.add_error("email", str(refusal))
        return render(request, "community/old_account_asking.html", {"form": form}, status=422)
    return render(request, "community/old_account_asked.html", {"email": form.cleaned_data["email"]})


@open_to_all("whoever holds an unused letter has the letterbox that it went to")
@require_http_methods(["GET", "POST"])
@never_cache
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it takes nothing: programs that look through letters open links, too."""
    try:
        asked = claim_of(token, reader_of(request))
    except AccountClaim.DoesNotExist as error:
        raise Http404 from error
    if request.method == "POST":
        return _taken(request, token)
    accounts = unclaimed().filter(claim_email=asked.email)
    return render(request, "community/old_account.html", {"claim": asked, "accounts": accounts})


def _taken(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = take_account(token, reader_of(request))
    except AccountClaim.DoesNotExist as error:
        raise Http404 from error
    except CommunityError as refusal:
        messages.error(request, str(refusal))
        return redirect("community:home")
    messages.success(request, _("What you wrote before is yours again."))
    if request.user == user:
        return redirect("community:member", user.community_member.pk)
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, method="link")
    place = f"/m/{user.community_member.pk}"
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=place)
    return response


@requires(Permission.STEER)
@require_GET
def old_account_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()[:120]
    try:
        page = old_accounts(text, cursor=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "community/old_accounts.html", {"page": page, "text": text})


@requires(Permission.STEER)
@require_POST
def old_account_giving(request: HttpRequest, member_id: int) -> HttpResponse:
    email = request.POST.get("email", "")
    said(request, lambda: give_account(actor_of(request), member_id, email), _("It is theirs now."))
    return redirect("community:old_accounts")
