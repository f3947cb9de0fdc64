"""Replies that only a person can decide on: unknown, a question, failed; with what is known of each."""

from collections.abc import Callable
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.replies import withdraw_reply
from oneroof.care.actions.unsure import confirm_sent, send_again, send_all_the_same
from oneroof.care.models import Reply
from oneroof.care.queries import outbox as queries
from oneroof.care.queries.conversation import thread
from oneroof.care.views.saying import saying

MOST_SHOWN = 200
DECISIONS: MappingProxyType[str, tuple[Callable[[User, int], Reply], Promise]] = MappingProxyType(
    {
        "confirmation": (confirm_sent, _("Noted: it went out.")),
        "resending": (send_again, _("It is sent again.")),
        "all-the-same": (send_all_the_same, _("It goes out as it is.")),
        "withdrawal": (withdraw_reply, _("Taken back: it does not go out.")),
    }
)


def tabs(user: User) -> dict[str, object]:
    """How much waits behind each of the outbox's tabs."""
    may_approve = user.may(Permission.APPROVE)
    return {
        "may_approve": may_approve,
        "decide_count": queries.to_decide(user).count(),
        "approve_count": queries.to_approve(user).count() if may_approve else 0,
    }


@requires(Permission.ANSWER)
@require_GET
def outbox(request: HttpRequest, reply_id: int | None = None) -> HttpResponse:
    """What waits for this person, and one of them; of one that waits no more, the list alone."""
    user = actor_of(request)
    waiting = list(queries.to_decide(user).select_related("decided_by")[:MOST_SHOWN])
    leaving = list(queries.on_their_way(user)[:MOST_SHOWN])
    chosen = next((reply for reply in (*waiting, *leaving) if reply.pk == reply_id), None)
    if reply_id and chosen is None:
        return redirect("care:outbox")
    shown = {
        **tabs(user),
        "rows": [(reply, reply.pk == reply_id) for reply in waiting],
        "leaving": [(reply, reply.pk == reply_id) for reply in leaving],
        "chosen": chosen,
        "said": thread(chosen.conversation) if chosen else [],
    }
    return render(request, "care/outbox.html", shown)


@requires(Permission.ANSWER)
@require_POST
def decision(request: HttpRequest, reply_id: int, verb: str) -> HttpResponse:
    """Decide, and go on to the next."""
    if verb not in DECISIONS:
        raise Http404
    decide, done = DECISIONS[verb]
    actor = actor_of(request)
    with saying(request, str(done)):
        decide(actor, reply_id)
    following = queries.to_decide(actor).filter(pk__gt=reply_id).first()
    return redirect("care:outbox", following.pk) if following else redirect("care:outbox")
