"""Coming into a group and leaving it, its people, and letters to those who are to come."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.claims import add_claim_rule, remove_claim_rule
from oneroof.community.actions.inviting import (
    answer_invitation,
    invitation_for,
    invite,
    take_invitation_back,
)
from oneroof.community.actions.joining import ask_to_join, leave, let_in, put_out, set_keeper
from oneroof.community.errors import CommunityError
from oneroof.community.forms_of_groups import ClaimRuleForm
from oneroof.community.models import GroupInvitation
from oneroof.community.queries.groups import claim_rules, open_invitations, people_of
from oneroof.community.views.groups import kept, seen
from oneroof.community.views.page import reader_of


def said(request: HttpRequest, act: Callable[[], object], words: str = "") -> bool:
    """Do it; a refusal is said on the next page. What does not exist for this person is a 404."""
    try:
        act()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except CommunityError as refusal:
        messages.error(request, str(refusal))
        return False
    if words:
        messages.success(request, words)
    return True


@requires(Permission.TAKE_PART)
@require_POST
def joining(request: HttpRequest, slug: str) -> HttpResponse:
    found = seen(request, slug)
    said(request, lambda: ask_to_join(actor_of(request), found.group.pk), _("Its keepers were told."))
    return redirect("community:group", slug)


@requires(Permission.TAKE_PART)
@require_POST
def leaving(request: HttpRequest, slug: str) -> HttpResponse:
    found = seen(request, slug)
    left = said(
        request, lambda: leave(actor_of(request), found.group.pk), _("You do not belong to it any more.")
    )
    return redirect("community:groups") if left else redirect("community:group", slug)


@requires(Permission.TAKE_PART)
@require_GET
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """For its keepers: who asks, who belongs, and which letters are open."""
    found = kept(request, slug)
    context = {
        "seen": found,
        "group": found.group,
        "people": people_of(found.group),
        "invitations": open_invitations(found.group),
    }
    return render(request, "community/group_people.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def membership(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    """What a keeper decides of one: ``deed`` is let_in, keeper, member or out."""
    kept(request, slug)
    actor, deed = actor_of(request), request.POST.get("deed", "")
    deeds: dict[str, Callable[[], object]] = {
        "let_in": lambda: let_in(actor, membership_id),
        "keeper": lambda: set_keeper(actor, membership_id, keeps=True),
        "member": lambda: set_keeper(actor, membership_id, keeps=False),
        "out": lambda: put_out(actor, membership_id),
    }
    if deed not in deeds:
        raise Http404
    said(request, deeds[deed])
    return redirect("community:group_people", slug)


@requires(Permission.TAKE_PART)
@require_POST
def inviting(request: HttpRequest, slug: str) -> HttpResponse:
    found, email = kept(request, slug), request.POST.get("email", "")
    said(request, lambda: invite(actor_of(request), found.group.pk, email), _("The letter is on its way."))
    return redirect("community:group_people", slug)


@requires(Permission.TAKE_PART)
@require_POST
def invitation_removal(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    kept(request, slug)
    said(request, lambda: take_invitation_back(actor_of(request), invitation_id))
    return redirect("community:group_people", slug)


@open_to_all("a letter's address says nothing until its reader has signed in as whom it was sent to")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    reader = reader_of(request)
    if reader is None:
        return redirect(f"/accounts/login/?next={request.path}")
    try:
        found = invitation_for(reader, token)
    except GroupInvitation.DoesNotExist as error:
        raise Http404 from error
    if request.method == "GET":
        return render(request, "community/invitation.html", {"invitation": found, "group": found.group})
    joins = request.POST.get("answer") == "join"
    said(request, lambda: answer_invitation(reader, token, joins=joins))
    return redirect("community:group", found.group.slug) if joins else redirect("community:groups")


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "POST"])
def claims(request: HttpRequest) -> HttpResponse:
    """Settings: which claim of single sign-on lets into which group."""
    actor = actor_of(request)
    form = ClaimRuleForm(request.POST if request.method == "POST" else None, reader=actor)
    if form.is_valid():
        words = form.cleaned_data
        said(
            request,
            lambda: add_claim_rule(actor, words["group"].pk, words["claim"], words["value"]),
            _("Saved. It holds from their next sign-in."),
        )
        return redirect("community:claims")
    rules, others = claim_rules(actor)
    context = {"form": form, "rules": rules, "others": others}
    return render(request, "community/claims.html", context, status=422 if form.is_bound else 200)


@requires(Permission.MANAGE_USERS)
@require_POST
def claim_removal(request: HttpRequest, rule_id: int) -> HttpResponse:
    said(request, lambda: remove_claim_rule(actor_of(request), rule_id), _("Removed."))
    return redirect("community:claims")
