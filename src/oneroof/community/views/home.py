"""The home page: one box that answers first. Asking is one step further."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.drafting import drop_draft, keep_draft
from oneroof.community.actions.seeking import TEXT_LENGTH, count_sought
from oneroof.community.errors import CommunityError
from oneroof.community.models import Sought
from oneroof.community.queries.lists import Wanted, questions
from oneroof.community.queries.near import near
from oneroof.community.views.page import reader_of
from oneroof.core.markdown import LONGEST
from oneroof.core.markdown import render as as_html
from oneroof.core.shared_pages import shared_for_a_moment

SHOWN = 6


@open_to_all("the community's front door: what is public, and what the reader may read besides")
@require_GET
@shared_for_a_moment
def home(request: HttpRequest) -> HttpResponse:
    """With ``?q=`` the answers stand below the box, also without a script."""
    reader, text = reader_of(request), request.GET.get("q", "")[:TEXT_LENGTH]
    context = {
        "q": text,
        "found": near(text, reader=reader),
        "newest": questions(reader, Wanted()).rows[:SHOWN],
        "unanswered": questions(reader, Wanted(show="unanswered")).rows[:SHOWN],
        "company": settings.COMPANY,
        "contact": settings.CONTACT,
    }
    return render(request, "community/home.html", context)


@open_to_all("what is known already, as far as the reader may read it")
@require_GET
def answers_first(request: HttpRequest) -> HttpResponse:
    """The answers alone, while one types."""
    text = (request.GET.get("q") or request.GET.get("title") or "")[:TEXT_LENGTH]
    context = {"q": text, "found": near(text, reader=reader_of(request)), "asks": "title" in request.GET}
    return render(request, "community/found.html", context)


@open_to_all("whoever reads may say whether it helped")
@require_POST
def helped(request: HttpRequest) -> HttpResponse:
    """Counted; “not yet” leads on to the question."""
    text, outcome, reader = request.POST.get("q", ""), request.POST.get("outcome", ""), reader_of(request)
    chosen = request.POST.get("entry", "")
    entry_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    try:
        count_sought(reader, text, outcome, visitor=visitor_of(request), entry_id=entry_id)
    except CommunityError as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    context = {"q": text, "is_solved": outcome == Sought.Outcome.SOLVED}
    return render(request, "community/helped.html", context)


def visitor_of(request: HttpRequest) -> str:
    who = request.user.pk if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")
    return f"{who}|{request.META.get('HTTP_USER_AGENT', '')}"


@requires(Permission.TAKE_PART)
@require_POST
def draft(request: HttpRequest, place: str) -> HttpResponse:
    try:
        keep_draft(actor_of(request), place, request.POST.dict())
    except CommunityError as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@requires(Permission.TAKE_PART)
@require_POST
def draft_removal(request: HttpRequest, place: str) -> HttpResponse:
    drop_draft(actor_of(request), place)
    return redirect("community:ask")


@requires(Permission.TAKE_PART)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is typed, as others would read it."""
    text = request.POST.get("body", "")
    shown = as_html(text[:LONGEST]) if text.strip() else _("There is nothing to show yet.")
    return render(request, "community/preview.html", {"shown": shown})
