"""Volunteers' replies that wait for a lead, the thread beside; and whose replies go out directly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions import approvals as actions
from oneroof.care.models import Reply
from oneroof.care.queries import outbox as queries
from oneroof.care.queries.conversation import thread
from oneroof.care.settings_forms import ApprovalForm
from oneroof.care.views.outbox import tabs
from oneroof.care.views.saying import saying
from oneroof.listening.sources import network

MOST_SHOWN = 200
COUNTED_UP_TO = 10_000  # of more characters, nobody needs to know how many are left


@requires(Permission.APPROVE)
@require_GET
def approvals(request: HttpRequest, reply_id: int | None = None) -> HttpResponse:
    """The queue, and one of its replies; of one that waits no more, the queue alone."""
    user = actor_of(request)
    waiting = list(queries.to_approve(user)[:MOST_SHOWN])
    chosen = next((reply for reply in waiting if reply.pk == reply_id), None)
    if reply_id and chosen is None:
        return redirect("care:approvals")
    shown = {
        **tabs(user),
        "rows": [(reply, reply.pk == reply_id) for reply in waiting],
        "chosen": chosen,
        "needed": queries.care_settings().approvals_needed,
    }
    return render(request, "care/approvals.html", shown | (_beside(chosen) if chosen else {}))


@requires(Permission.APPROVE)
@require_POST
def approval(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Let it out in the words that stand in the field: the author's, or better ones."""
    form = ApprovalForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text") if "text" in request.POST else None
    with saying(request, _("Approved: it goes out now.")):
        actions.approve_reply(actor_of(request), reply_id, text)
    return _next(request, reply_id)


@requires(Permission.APPROVE)
@require_POST
def sending_back(request: HttpRequest, reply_id: int) -> HttpResponse:
    with saying(request, _("Sent back to its author, with your reason.")):
        actions.send_back(actor_of(request), reply_id, request.POST.get("because", "")[:2_000])
    return _next(request, reply_id)


@requires(Permission.APPROVE)
@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    people = [(person, queries.in_a_row(person)) for person in queries.whose_replies_wait()]
    needed = queries.care_settings().approvals_needed
    shown = {**tabs(actor_of(request)), "people": people, "needed": needed}
    return render(request, "care/trust.html", shown)


@requires(Permission.APPROVE)
@require_POST
def trust_of(request: HttpRequest, user_id: int) -> HttpResponse:
    """Their replies go out directly from now on, or wait again."""
    if request.POST.get("granted") == "yes":
        with saying(request, _("Their replies go out directly from now on.")):
            actions.grant_trust(actor_of(request), user_id)
    else:
        with saying(request, _("Their replies wait for approval again.")):
            actions.take_back_trust(actor_of(request), user_id)
    return redirect("care:trust")


def _beside(reply: Reply) -> dict[str, object]:
    """The thread, and how long the reply may be."""
    length = network(reply.conversation.source.network).length_at(reply.conversation.source.settings)
    return {
        "said": thread(reply.conversation),
        "length": length,
        "counts": length is not None and length.limit <= COUNTED_UP_TO,
        "in_a_row": queries.in_a_row(reply.author) if reply.author else 0,
    }


def _next(request: HttpRequest, reply_id: int) -> HttpResponse:
    """This one while it waits, else the first, so that one goes through them by key."""
    waiting = queries.to_approve(actor_of(request))
    if waiting.filter(pk=reply_id).exists():
        return redirect("care:approvals", reply_id)
    following = waiting.first()
    return redirect("care:approvals", following.pk) if following else redirect("care:approvals")
