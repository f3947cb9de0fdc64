"""One's own account: the profile and the API tokens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts import queries
from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions import people, tokens
from oneroof.accounts.forms import ProfileForm, TokenForm
from oneroof.accounts.policies import Permission
from oneroof.core.context import sections_for


@requires(Permission.HEAR)
def settings_start(request: HttpRequest) -> HttpResponse:
    """The first page of Settings that is open to whoever comes."""
    return redirect(sections_for(request, "settings")[0].url)


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = actor_of(request)
    now = {"name": str(user), "language": user.language, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=now)
    if form.is_valid():
        people.change_profile(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    context = {"form": form, "tokens": queries.tokens_of(user), "own_layout": queries.layout_for(user)}
    return render(request, "accounts/profile.html", context)


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
@never_cache
def token_add(request: HttpRequest) -> HttpResponse:
    user = actor_of(request)
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        return render(
            request, "accounts/token_form.html", {"form": form, "own_layout": queries.layout_for(user)}
        )
    secret = tokens.create_token(user, user.email, name=form.cleaned_data["name"])
    return render(
        request, "accounts/token_made.html", {"secret": secret, "own_layout": queries.layout_for(user)}
    )


@requires(Permission.OWN_ACCOUNT)
@require_POST
def token_revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    user = actor_of(request)
    get_object_or_404(user.tokens, pk=token_id)
    tokens.revoke_token(user, token_id)
    messages.success(request, _("The token is taken back."))
    return redirect("profile")
