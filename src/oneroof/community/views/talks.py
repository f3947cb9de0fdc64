"""Talks between two members; following and blocking; what was reported of messages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions import talks as actions
from oneroof.community.actions.following import follow, unfollow
from oneroof.community.models import Member, Message, ReportReason, Talk
from oneroof.community.queries import talks as queries
from oneroof.community.views.joining import said
from oneroof.community.views.moderation import tabs


@requires(Permission.TAKE_PART)
@require_GET
def talk_list(request: HttpRequest) -> HttpResponse:
    reader = actor_of(request)
    context = {
        "talks": queries.talks(reader),
        "followed": queries.followed_by(reader),
        "blocked": queries.blocked_by(reader),
    }
    return render(request, "community/talks.html", context)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, talk_id: int) -> HttpResponse:
    reader, found = actor_of(request), _talk(request, talk_id)
    other, body = queries.other_than(reader, found), request.POST.get("body", "")
    if request.method == "POST" and said(request, lambda: actions.send_message(reader, other.pk, body)):
        return redirect("community:talk", talk_id)
    context = {
        "talk": found,
        "other": other,
        "rows": queries.messages_of(found),
        "reasons": ReportReason.choices,
        "typed": body,
        "relation": queries.relation(reader, other),
    }
    return render(request, "community/talk.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.TAKE_PART)
@require_POST
def reading(request: HttpRequest, talk_id: int) -> HttpResponse:
    """The page was shown: what the other wrote is read."""
    _talk(request, talk_id)
    actions.mark_read(actor_of(request), talk_id)
    return HttpResponse(status=204)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def writing(request: HttpRequest, member_id: int) -> HttpResponse:
    """The first message to a member."""
    member, body = get_object_or_404(Member, pk=member_id, user__is_active=True), request.POST.get("body", "")
    made: list[Message] = []
    if request.method == "POST" and said(
        request, lambda: made.append(actions.send_message(actor_of(request), member_id, body))
    ):
        return redirect("community:talk", made[0].talk_id)
    context = {"member": member, "typed": body}
    return render(request, "community/message.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.TAKE_PART)
@require_POST
def message_report(request: HttpRequest, message_id: int) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    thanks = _("Thank you. A moderator will read this message, and no other of yours.")
    said(request, lambda: actions.report_message(actor_of(request), message_id, reason, note), thanks)
    found = get_object_or_404(Message, pk=message_id, talk__in=queries.talks_of(actor_of(request)))
    return redirect("community:talk", found.talk_id)


def _on_member(act: Any) -> Any:
    @requires(Permission.TAKE_PART)
    @require_POST
    def view(request: HttpRequest, member_id: int) -> HttpResponse:
        member = get_object_or_404(Member, pk=member_id)
        said(request, lambda: act(actor_of(request), member))
        return redirect("community:member", member_id)

    return view


following, unfollowing = _on_member(follow), _on_member(unfollow)
blocking = _on_member(lambda actor, member: actions.block(actor, member.pk))
unblocking = _on_member(lambda actor, member: actions.unblock(actor, member.pk))


@requires(Permission.MODERATE)
@require_GET
def reported(request: HttpRequest) -> HttpResponse:
    context = {"reports": queries.reported_messages(), **tabs(request)}
    return render(request, "community/reported_messages.html", context)


@requires(Permission.MODERATE)
@require_POST
def message_decision(request: HttpRequest, report_id: int) -> HttpResponse:
    upheld = request.POST.get("decision") == "remove"
    said(request, lambda: actions.decide_message(actor_of(request), report_id, upheld=upheld))
    return redirect("community:reported_messages")


def _talk(request: HttpRequest, talk_id: int) -> Talk:
    try:
        return queries.talk_of(actor_of(request), talk_id)
    except Talk.DoesNotExist as error:
        raise Http404 from error
