"""What every page and every answer of the inbox is put together from."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from oneroof.accounts.access import actor_of
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.beside import offers_for
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation, Outcome, Priority, Reply, SavedView, State
from oneroof.care.queries import about
from oneroof.care.queries import conversation as reads
from oneroof.care.queries.choices import Choices, choices
from oneroof.care.queries.inbox import COUNTED, VIEWS, Filters, inbox_page, view_counts
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.customers.glance import glance_at

FIRST = "unclaimed"
JUST_CLOSED = "care.just_closed"  # ids in the session, to offer the undoing once
HISTORY_SHOWN = 30


def view_name(request: HttpRequest) -> str:
    name = request.GET.get("view", "")
    return name if name in VIEWS else FIRST


def list_query(request: HttpRequest) -> str:
    """Which list one is in, as a query string: it goes along with every link and every form."""
    words: dict[str, Any] = {"view": view_name(request)} | Filters.of(request.GET.dict()).as_dict()
    if after := request.GET.get("after"):
        words["after"] = after
    return f"?{urlencode(words)}"


def list_context(request: HttpRequest, known: Choices | None = None) -> dict[str, Any]:
    """The list, its views and its filters. Raises Http404 for a page that never was.

    ``known`` are the choices, where they have been asked for already."""
    user, name, filters = actor_of(request), view_name(request), Filters.of(request.GET.dict())
    prefetch_related_objects([user], "departments")
    chosen_from = choices() if known is None else known  # before the list: what changes from here on is news
    try:
        page = inbox_page(user, name, filters, cursor=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    kept = list(user.saved_views.all())
    counts = vars(user)[COUNTED] = view_counts(user, kept)
    saved = [(each, _query_of(each), counts.get(str(each.pk))) for each in kept]
    here = f"?{urlencode({'view': name, **filters.as_dict()})}"
    return {
        "page": page,
        "view": name,
        "views": [(key, view.title, counts[key]) for key, view in VIEWS.items()],
        "filters": filters,
        "just_closed": request.session.pop(JUST_CLOSED, []),
        "narrowed": len(filters.as_dict()) - bool(filters.q),
        "narrowed_to": narrowed_to(filters, chosen_from),
        "saved_views": saved,
        "saved_here": next((each for each, query, _count in saved if query == here), None),
        "is_by_priority": VIEWS[name].state == State.OPEN,
        "choices": chosen_from,
        "live_version": next((number for number, _empty in chosen_from.get("change", [])), "0"),
        "now": clock.now(),
        "may_export": user.may(Permission.EXPORT),
        **shared_context(request),
    }


def _query_of(saved: SavedView) -> str:
    return f"?{urlencode({'view': saved.view, **Filters.of(saved.filters).as_dict()})}"


def narrowed_to(filters: Filters, known: Choices) -> str:
    """The filters by the names of what was chosen: ``Chirrup, German``."""
    names = {
        **{kind: dict(known.get(kind, ())) for kind in ("source", "lang", "department", "watch")},
        "assignee": dict(known.get("person", ())),
        "priority": {value: str(word) for value, word in Priority.choices},
    }
    words = {name: str(value) for name, value in filters.as_dict().items()}
    shown = [
        names.get(name, {}).get(value, value) for name, value in words.items() if name not in ("need", "q")
    ]
    if filters.need is not None:
        shown.append(_("need at least %(need)d") % {"need": filters.need})
    if filters.q:
        shown.append(f"“{filters.q}”")
    return ", ".join(shown)


def shared_context(request: HttpRequest) -> dict[str, Any]:
    return {
        "list_query": list_query(request),
        "outcomes": Outcome.choices,
        "priorities": Priority.choices,
        "may_answer": actor_of(request).may(Permission.ANSWER),
        "may_moderate": actor_of(request).may(Permission.MODERATE),
    }


def detail_context(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    """Everything about one conversation. Raises Http404."""
    user = actor_of(request)
    try:
        conversation = reads.conversation(conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    composer = reads.composer(user, conversation)
    is_mine = conversation.is_held_by(user, clock.now())
    return {
        **thread_context(request, conversation),
        "composer": composer,
        "text": composer.draft.text if composer.draft else "",
        "focus": request.GET.get("focus", ""),
        "unanswered": conversation.is_unanswered and composer.reply is None,
        "is_mine": is_mine,
        "saved_replies": _saved_replies(user, conversation) if is_mine else [],
        "choices": choices(),
        "others": about.others_of(conversation),
        "offers": offers_for(user, conversation),
        "glance": glance_at(user, conversation.identity_id) if conversation.identity_id else None,
        "history": reads.history(conversation)[:HISTORY_SHOWN],
        **shared_context(request),
    }


def thread_context(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """What was said, notes between posts; and who is at it."""
    user = actor_of(request)
    said = reads.thread(conversation)
    notes = list(reads.notes_of(conversation))
    copies = about.copies_of([each.post for each in said if each.post])
    entries: list[dict[str, Any]] = [
        {"said": each, "at": each.at, "copies": copies.get(each.post.pk, 0) if each.post else 0}
        for each in said
    ]
    entries += [{"note": each, "at": each.at} for each in notes]
    return {
        "conversation": conversation,
        "entries": sorted(entries, key=lambda entry: entry["at"]),
        "notes_count": len(notes),
        "version": about.version_of(conversation.pk),
        "holder": conversation.holder,
        "is_mine": conversation.is_held_by(user, clock.now()),
        "may_take_over": user.may(Permission.TAKE_OVER),
        "may_approve": user.may(Permission.APPROVE),
        "may_audit": user.may(Permission.READ_AUDIT),
        "now": clock.now(),
    }


def _saved_replies(user: User, conversation: Conversation) -> list[dict[str, Any]]:
    return [
        {"saved": saved, "text": reads.filled(saved, conversation, user)}
        for saved in reads.saved_replies_for(conversation)
    ]


def asks_for_detail(request: HttpRequest) -> bool:
    """By htmx, for the pane alone; what the browser's own history asks for is the whole page."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and htmx.target == "detail"


def detail(request: HttpRequest, conversation_id: int, *, status: int = 200, **said: Any) -> HttpResponse:
    """The conversation: its pane alone where htmx asks for it, else the whole page with the list beside it."""
    context = detail_context(request, conversation_id) | said
    if asks_for_detail(request):
        return render(request, "care/detail.html", context, status=status)
    return render(
        request, "care/inbox.html", list_context(request, context["choices"]) | context, status=status
    )


def done(
    request: HttpRequest,
    conversation_id: int,
    act: Callable[[], object],
    words: str = "",
    **said: Any,
) -> HttpResponse:
    """Do it, and show the conversation as it is now; a refusal is shown in it, with what was typed (``said``)."""
    try:
        act()
    except CareError as refusal:
        return detail(request, conversation_id, status=409, refusal=refusal, **said)
    except (Conversation.DoesNotExist, Reply.DoesNotExist) as error:
        raise Http404 from error
    focus = said.get("focus")
    if asks_for_detail(request):
        return say(detail(request, conversation_id, focus=focus), words)
    if words:
        messages.success(request, words)
    then = f"&focus={focus}" if focus else ""
    return redirect(reverse("care:conversation", args=[conversation_id]) + list_query(request) + then)


def say(response: HttpResponse, words: str) -> HttpResponse:
    """A toast, once htmx has put the answer in its place."""
    if words:
        response["HX-Trigger-After-Settle"] = json.dumps({"oneroof:say": {"text": words}})
    return response
