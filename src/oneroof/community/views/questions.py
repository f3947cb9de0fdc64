"""A question and what stands below it; the lists of questions; asking."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.drafting import drop_draft, keep_draft
from oneroof.community.actions.seeking import count_sought
from oneroof.community.actions.writing import answer, ask
from oneroof.community.errors import CommunityError, RulesNotAcceptedError
from oneroof.community.forms import AskForm
from oneroof.community.models import Entry, Kind, Visibility, groups_read_by
from oneroof.community.queries.disclaimers import disclaimers
from oneroof.community.queries.drafts import draft_of
from oneroof.community.queries.feeds import absolute, as_qa_page
from oneroof.community.queries.lists import SHOWS, Wanted, questions
from oneroof.community.queries.near import near
from oneroof.community.queries.question import QuestionPage, question_page
from oneroof.community.queries.tags import tag_seen
from oneroof.community.queries.translations import languages, reading_of
from oneroof.community.views.home import visitor_of
from oneroof.community.views.page import done, reader_of, shown
from oneroof.community.views.tags import tag_at
from oneroof.core.pagination import CursorError
from oneroof.core.shared_pages import shared_for_a_moment

MOST_PAGES = 10_000


@open_to_all("what is public is read by everybody, the rest by those who belong")
@require_GET
@shared_for_a_moment
def question(request: HttpRequest, question_id: int, **_slug: str) -> HttpResponse:
    """The page; an address with an old slug leads to the one of today."""
    try:
        page = question_page(reader_of(request), question_id, _page_number(request))
    except Entry.DoesNotExist as error:
        raise Http404 from error
    entry = page.question.entry
    if request.path != entry.get_absolute_url():
        return redirect(entry, permanent=False)
    draft = draft_of(actor_of(request), f"answer:{question_id}") if page.is_signed_in else {}
    written = [entry, *(each.entry for each in page.answers)]
    reading, told = reading_of(written, request.GET.get("in", ""))
    context = {"page": page, "draft": draft.get("body", ""), **_for_machines(page)}
    stands = disclaimers(["question", *(["translation"] if told else [])], lang=(get_language() or "")[:2])
    more = {"reading": reading, "told": told, "disclaimers": stands}
    return render(request, "community/question.html", context | more)


def _for_machines(page: QuestionPage) -> dict[str, Any]:
    """Nothing about what is not public; and they never sign in, so all of it is stated to visitors alone."""
    entry = page.question.entry
    if entry.group.visibility != Visibility.PUBLIC or entry.held_at or entry.deleted_at:
        return {}
    place = absolute(entry) if page.number == 1 else f"{absolute(entry)}?page={page.number}"
    return {"canonical": place} if page.is_signed_in else {"canonical": place, "stated": as_qa_page(page)}


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return min(max(int(typed), 1), MOST_PAGES) if typed.isascii() and typed.isdigit() else 1


@open_to_all("a short link to what is public, or to what the reader may read")
@require_GET
def short_link(request: HttpRequest, entry_id: int) -> HttpResponse:
    return redirect(shown(request, entry_id))


@open_to_all("lists what is public, and what the reader may read besides")
@require_GET
@shared_for_a_moment
def question_list(request: HttpRequest, tag: str = "") -> HttpResponse:
    reader, asked = reader_of(request), request.GET
    wanted = Wanted(
        show=asked.get("show", SHOWS[0]) if asked.get("show") in SHOWS else SHOWS[0],
        tag=tag or asked.get("tag", ""),
        group=asked.get("group", ""),
        lang=asked.get("lang", ""),
    )
    topic = tag_at(request, wanted.tag) if wanted.tag else None
    if topic and topic.name != wanted.tag:
        return _led_to(request, topic.name, by_path=bool(tag))
    room = groups_read_by(reader).filter(slug=wanted.group).first() if wanted.group else None
    if wanted.group and room is None:
        raise Http404
    try:
        page = questions(reader, wanted, cursor=asked.get("after"))
    except CursorError as error:
        raise Http404 from error
    views = ((SHOWS[0], _("Newest")), (SHOWS[1], _("Unanswered")), (SHOWS[2], _("Unsolved")))
    context = {"page": page, "wanted": wanted, "views": views, "room": room, "languages": languages()}
    context |= {"topic": tag_seen(reader, topic) if topic else None}
    return render(request, "community/questions.html", context)


def _led_to(request: HttpRequest, tag: str, *, by_path: bool) -> HttpResponse:
    """From a synonym to its tag; not for good, since it may stand for itself again."""
    asked = request.GET.copy()
    if not by_path:
        asked["tag"] = tag
    place = reverse("community:tag", args=[tag]) if by_path else request.path
    return redirect(f"{place}?{asked.urlencode()}" if asked else place)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def asking(request: HttpRequest) -> HttpResponse:
    """What is known already is shown once before the question is posted; what is typed is kept."""
    actor = actor_of(request)
    if request.method == "GET":
        return render(request, "community/ask.html", {"form": AskForm(initial=_begun(request), asker=actor)})
    form = AskForm(request.POST, asker=actor)
    if not form.is_valid():
        return render(request, "community/ask.html", {"form": form}, status=422)
    found = [] if request.POST.get("seen") else near(form.cleaned_data["title"], reader=actor)
    if found:
        context = {"form": form, "found": found, "q": form.cleaned_data["title"], "was_shown": True}
        return render(request, "community/ask.html", context)
    try:
        made = ask(actor, **form.cleaned_data)
    except RulesNotAcceptedError as refusal:
        keep_draft(actor, "ask", request.POST.dict())
        messages.info(request, str(refusal))
        return redirect("/rules/?next=/q/ask/")
    except CommunityError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "community/ask.html", {"form": form, "was_shown": True}, status=422)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    drop_draft(actor, "ask")
    if made.group.is_public:
        count_sought(actor, made.title, "asked", visitor=visitor_of(request), entry_id=made.pk)
    return redirect(made)


def _begun(request: HttpRequest) -> dict[str, str]:
    """What the address says, over what was typed before."""
    named = {name: request.GET.get(name, "") for name in ("title", "group", "tags")}
    return draft_of(actor_of(request), "ask") | {name: text for name, text in named.items() if text}


@requires(Permission.TAKE_PART)
@require_POST
def answers(request: HttpRequest, question_id: int) -> HttpResponse:
    entry = shown(request, question_id)
    if entry.kind != Kind.QUESTION:
        raise Http404
    actor, body = actor_of(request), request.POST.get("body", "")

    def act() -> Entry:
        try:
            made = answer(actor, question_id, body)
        except CommunityError:
            keep_draft(actor, f"answer:{question_id}", {"body": body})
            raise
        drop_draft(actor, f"answer:{question_id}")
        return made

    return done(request, act, entry)
