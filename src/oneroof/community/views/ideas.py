"""Ideas and announcements: read, listed, written, answered."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.announcing import announce
from oneroof.community.actions.drafting import drop_draft
from oneroof.community.actions.ideas import answer_idea, suggest_idea
from oneroof.community.errors import CommunityError
from oneroof.community.idea_forms import IdeaAnswerForm, IdeaForm, NewsForm
from oneroof.community.models import Entry, Kind, Visibility
from oneroof.community.queries.disclaimers import disclaimers
from oneroof.community.queries.drafts import draft_of
from oneroof.community.queries.feeds import absolute
from oneroof.community.queries.ideas import SHOWS, announcement_of, announcements, ideas
from oneroof.community.queries.near import near
from oneroof.community.queries.pages import root_page
from oneroof.community.views.page import done, reader_of, shown
from oneroof.core.pagination import CursorError


@open_to_all("what is public is read by everybody, the rest by those who belong")
@require_GET
def idea(request: HttpRequest, idea_id: int, **_slug: str) -> HttpResponse:
    context = {"answering": IdeaAnswerForm()}
    return _page(request, idea_id, Kind.IDEA, "community/idea.html", context)


@open_to_all("what is public is read by everybody, the rest by those who belong")
@require_GET
def announcement(request: HttpRequest, news_id: int, **_slug: str) -> HttpResponse:
    return _page(request, news_id, Kind.ANNOUNCEMENT, "community/announcement.html", {})


def _page(
    request: HttpRequest, entry_id: int, kind: Kind, template: str, context: dict[str, Any]
) -> HttpResponse:
    """An address with an old slug leads to the one of today."""
    try:
        page = root_page(reader_of(request), entry_id, kind)
    except Entry.DoesNotExist as error:
        raise Http404 from error
    entry = page.entry
    if request.path != entry.get_absolute_url():
        return redirect(entry, permanent=False)
    is_public = entry.group.visibility == Visibility.PUBLIC and not entry.held_at and not entry.deleted_at
    context |= {
        "page": page,
        "canonical": absolute(entry) if is_public else "",
        "disclaimers": disclaimers([kind], lang=(get_language() or "")[:2]),
        "announcement": announcement_of(entry) if kind == Kind.ANNOUNCEMENT else None,
    }
    return render(request, template, context)


@open_to_all("lists what is public, and what the reader may read besides")
@require_GET
def idea_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "") if request.GET.get("show") in SHOWS else "wanted"
    try:
        page = ideas(reader_of(request), show, cursor=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    words = (_("Most wanted"), _("Newest"), _("Planned"), _("Adopted"), _("Declined"))
    context = {"page": page, "show": show, "views": list(zip(SHOWS, words, strict=True))}
    return render(request, "community/ideas.html", context)


@open_to_all("lists what is public, and what the reader may read besides")
@require_GET
def news_list(request: HttpRequest) -> HttpResponse:
    try:
        page = announcements(reader_of(request), cursor=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    may_announce = request.user.is_authenticated and actor_of(request).may(Permission.STEER)
    return render(request, "community/news.html", {"page": page, "may_announce": may_announce})


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def suggesting(request: HttpRequest) -> HttpResponse:
    """Ideas near to it are shown once before it is posted: a vote there says more than a second one."""
    actor = actor_of(request)
    if request.method == "GET":
        form = IdeaForm(initial=draft_of(actor, "idea"), writer=actor)
        return render(request, "community/write_idea.html", {"form": form})
    form = IdeaForm(request.POST, writer=actor)
    if not form.is_valid():
        return render(request, "community/write_idea.html", {"form": form}, status=422)
    alike = [each for each in near(form.cleaned_data["title"], reader=actor) if each.kind == Kind.IDEA]
    if alike and not request.POST.get("seen"):
        return render(request, "community/write_idea.html", {"form": form, "alike": alike})
    try:
        made = suggest_idea(actor, **form.cleaned_data)
    except CommunityError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "community/write_idea.html", {"form": form}, status=422)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    drop_draft(actor, "idea")
    return redirect(made)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def announcing(request: HttpRequest) -> HttpResponse:
    actor, status = actor_of(request), 200
    form = NewsForm(request.POST or None, writer=actor)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(announce(actor, **form.cleaned_data))
            except CommunityError as refusal:
                form.add_error(None, str(refusal))
    return render(request, "community/write_news.html", {"form": form}, status=status)


@requires(Permission.MODERATE)
@require_POST
def answering(request: HttpRequest, idea_id: int) -> HttpResponse:
    entry, form = shown(request, idea_id), IdeaAnswerForm(request.POST)
    if entry.kind != Kind.IDEA:
        raise Http404

    def act() -> Entry:
        if not form.is_valid():
            raise CommunityError(_("Say what becomes of it, and why."))
        return answer_idea(actor_of(request), idea_id, **form.cleaned_data)

    return done(request, act, entry, _("Everybody who wanted it hears."))
