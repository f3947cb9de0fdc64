"""What a person decides on a reply that is on its way."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions import unsure
from oneroof.care.actions.by_hand import not_answered_after_all
from oneroof.care.actions.replies import save_draft, withdraw_reply
from oneroof.care.models import Reply, ReplyState
from oneroof.care.views.page import done


@requires(Permission.ANSWER)
@require_POST
def withdrawal(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Its author finds the words in the composer again."""
    return _decided(request, reply_id, _take_back, _("Taken back. Nothing went out."))


@requires(Permission.ANSWER)
@require_POST
def not_answered(request: HttpRequest, reply_id: int) -> HttpResponse:
    """“I answered it there” was a slip."""
    return _decided(request, reply_id, not_answered_after_all, _("Undone: it waits for an answer again."))


@requires(Permission.ANSWER)
@require_POST
def confirmation(request: HttpRequest, reply_id: int) -> HttpResponse:
    """“It went out”: somebody has looked."""
    return _decided(request, reply_id, unsure.confirm_sent, _("Noted: it went out."))


@requires(Permission.ANSWER)
@require_POST
def resending(request: HttpRequest, reply_id: int) -> HttpResponse:
    """“It did not go out”, or the failure is mended."""
    return _decided(request, reply_id, unsure.send_again, _("It is sent again."))


@requires(Permission.ANSWER)
@require_POST
def sending_all_the_same(request: HttpRequest, reply_id: int) -> HttpResponse:
    return _decided(request, reply_id, unsure.send_all_the_same, _("It goes out as it is."))


def _take_back(actor: User, reply_id: int) -> None:
    reply = withdraw_reply(actor, reply_id)
    drafts = Reply.objects.filter(conversation=reply.conversation, author=actor, state=ReplyState.DRAFT)
    if reply.author_id == actor.pk and not drafts.exists():
        save_draft(actor, reply.conversation_id, reply.text)


def _decided(
    request: HttpRequest, reply_id: int, act: Callable[[User, int], object], words: str
) -> HttpResponse:
    found = Reply.objects.filter(pk=reply_id).values_list("conversation_id", flat=True).first()
    if found is None:
        raise Http404
    return done(request, found, lambda: act(actor_of(request), reply_id), words)
