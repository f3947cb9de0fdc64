"""Replies: drafted, seen as they will look, given, or given by hand."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.actions.rules import accept_rules
from oneroof.accounts.policies import Permission
from oneroof.care.actions.by_hand import answered_by_hand
from oneroof.care.actions.claims import renew_claim
from oneroof.care.actions.replies import save_draft, send_reply
from oneroof.care.errors import CareError, NotHolderError
from oneroof.care.forms import ByHandForm, ReplyForm, TextForm, valid
from oneroof.care.models import Conversation
from oneroof.care.views.page import done
from oneroof.core.markdown import LONGEST
from oneroof.core.markdown import render as as_html


@requires(Permission.ANSWER)
@require_POST
def draft(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Keep what is typed so far, and renew the claim of whoever types: told is until when it holds."""
    form = TextForm(request.POST)
    if "text" not in request.POST or not form.is_valid():
        return JsonResponse({"saved": False}, status=422)
    actor = actor_of(request)
    try:
        save_draft(actor, conversation_id, form.cleaned_data["text"])
        until = renew_claim(actor, conversation_id)
    except NotHolderError as refusal:
        return JsonResponse({"saved": True, "until": None, "says": str(refusal)})
    except CareError as refusal:
        return JsonResponse({"saved": False, "says": str(refusal)}, status=409)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    return JsonResponse({"saved": True, "until": until.isoformat()})


@requires(Permission.ANSWER)
@require_POST
def preview(request: HttpRequest, conversation_id: int) -> HttpResponse:  # noqa: ARG001  the route's
    return HttpResponse(as_html(request.POST.get("text", "")[:LONGEST]))


@requires(Permission.ANSWER)
@require_POST
def reply(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        form = valid(ReplyForm(request.POST))
        _accept(request, form.cleaned_data["accept"])
        send_reply(
            actor_of(request),
            conversation_id,
            form.cleaned_data["text"],
            post_id=form.cleaned_data["post"],
            follows=form.cleaned_data["follows"],
        )

    return done(request, conversation_id, act, text=request.POST.get("text", ""))


@requires(Permission.ANSWER)
@require_POST
def by_hand(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        form = valid(ByHandForm(request.POST))
        _accept(request, form.cleaned_data["accept"])
        answered_by_hand(
            actor_of(request), conversation_id, form.cleaned_data["text"], form.cleaned_data["url"].strip()
        )

    typed = {"text": request.POST.get("text", ""), "url": request.POST.get("url", "")}
    return done(request, conversation_id, act, _("Taken down as answered by hand."), **typed)


def _accept(request: HttpRequest, version: int | None) -> None:
    """The rules of engagement, agreed to in the same breath as the first reply."""
    if version is None:
        return
    try:
        accept_rules(actor_of(request), version)
    except AccountError as refusal:
        raise CareError(str(refusal)) from refusal
