"""Warnings, silences and bans: given at the desk, seen and appealed against by whom they are for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions import sanctions as actions
from oneroof.community.models import Member, Sanction
from oneroof.community.queries.sanctions import appeals, sanctions_of
from oneroof.community.views.joining import said
from oneroof.community.views.moderation import tabs

DAYS = (1, 7, 30, 365)


@requires(Permission.MODERATE)
@require_http_methods(["GET", "POST"])
def of_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """What was said to a member, and a form to say more."""
    member, actor = get_object_or_404(Member.objects.select_related("user"), pk=member_id), actor_of(request)
    if request.method == "POST":
        words = request.POST
        done = said(
            request,
            lambda: actions.sanction(
                actor,
                member_id,
                words.get("kind", ""),
                words.get("reason", ""),
                days=number(words.get("days", "")),
                entry_id=number(words.get("entry", "")),
            ),
            _("Said, and kept in the audit."),
        )
        return redirect("community:sanctions", member_id) if done else _form(request, member, status=422)
    return _form(request, member)


@requires(Permission.MODERATE)
@require_POST
def lifting(request: HttpRequest, sanction_id: int) -> HttpResponse:
    found = get_object_or_404(Sanction, pk=sanction_id)
    said(request, lambda: actions.lift(actor_of(request), sanction_id), _("Lifted."))
    return redirect("community:sanctions", found.member_id)


@requires(Permission.STEER)
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    return render(request, "community/appeals.html", {"appeals": appeals(), **tabs(request)})


@requires(Permission.STEER)
@require_POST
def appeal_decision(request: HttpRequest, sanction_id: int) -> HttpResponse:
    granted, answer = request.POST.get("decision") == "grant", request.POST.get("answer", "")
    actor = actor_of(request)
    said(request, lambda: actions.decide_appeal(actor, sanction_id, granted=granted, answer=answer))
    return redirect("community:appeals")


@requires(Permission.TAKE_PART)
@require_GET
def standing(request: HttpRequest) -> HttpResponse:
    """One's own: what moderators said to one, and how to appeal."""
    return render(request, "community/standing.html", {"sanctions": sanctions_of(actor_of(request))})


@requires(Permission.TAKE_PART)
@require_POST
def appealing(request: HttpRequest, sanction_id: int) -> HttpResponse:
    words = request.POST.get("words", "")
    thanks = _("Sent. Somebody else will look at it.")
    said(request, lambda: actions.appeal(actor_of(request), sanction_id, words), thanks)
    return redirect("community:my_standing")


def number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _form(request: HttpRequest, member: Member, status: int = 200) -> HttpResponse:
    may_ban = actor_of(request).may(Permission.STEER)
    kinds = [
        (value, label) for value, label in Sanction.Kind.choices if may_ban or value != Sanction.Kind.BAN
    ]
    context = {
        "member": member,
        "sanctions": member.sanctions.select_related("by", "entry__root"),
        "kinds": kinds,
        "days": DAYS,
        "typed": request.POST,
        "about": request.POST.get("entry") or request.GET.get("entry", ""),
        **tabs(request),
    }
    return render(request, "community/sanctions.html", context, status=status)
