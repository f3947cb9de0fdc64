"""Claim, let go, take over."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions import claims
from oneroof.care.views.page import done


@requires(Permission.ANSWER)
@require_POST
def claim(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return done(
        request,
        conversation_id,
        lambda: claims.claim_conversation(actor_of(request), conversation_id),
        focus="reply" if request.POST.get("then") == "reply" else "",
    )


@requires(Permission.ANSWER)
@require_POST
def release(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return done(
        request,
        conversation_id,
        lambda: claims.release_claim(actor_of(request), conversation_id),
        _("Let go. Others can claim it now."),
    )


@requires(Permission.TAKE_OVER)
@require_POST
def takeover(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return done(
        request,
        conversation_id,
        lambda: claims.take_over(actor_of(request), conversation_id),
        _("It is yours now."),
    )
