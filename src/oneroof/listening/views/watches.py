"""Watches: made, changed, tried, deleted, and their catches judged."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.turns import LOOKING_BACK, UnderWayError, one_at_a_time
from oneroof.listening import queries, shown
from oneroof.listening.actions import watches as acting
from oneroof.listening.forms import WatchForm
from oneroof.listening.models import Mention, Source, Watch
from oneroof.listening.past import recent_catches
from oneroof.listening.views.faults import shown_fault, shown_hints
from oneroof.listening.watch_language import WatchSyntaxError, limits, parse

JUDGEMENTS = {"yes": True, "no": False, "": None}


@requires(Permission.HEAR)
@require_GET
def watch_list(request: HttpRequest) -> HttpResponse:
    user = actor_of(request)
    whose, found = _watches_of(user, request.GET.get("whose", ""))
    days = queries.catches_by_day([watch.pk for watch in found])
    for watch in found:
        watch.days = days[watch.pk]
        watch.catches_30d = sum(watch.days)
        watch.useful_percent = None if watch.useful_share is None else round(100 * watch.useful_share)
        watch.may_change = queries.may_change(user, watch)
    return render(request, "listening/watches.html", {"watches": found, "whose": whose})


def _watches_of(user: User, whose: str) -> tuple[str, list[Any]]:
    """Whose they are and which; unasked, one's own, or everybody's where one has none."""
    if whose == "all":
        return "all", queries.watch_list()
    mine = queries.watch_list(owner=user)
    return ("all", queries.watch_list()) if not mine and not whose else ("mine", mine)


@requires(Permission.OWN_WATCH)
@require_http_methods(["GET", "POST"])
def watch_add(request: HttpRequest) -> HttpResponse:
    form = WatchForm(request.POST or None, initial={"query": request.GET.get("query", "")})
    if "look" in request.POST or not form.is_valid():
        return _watch_page(request, form, None)
    watch = acting.create_watch(actor_of(request), **form.changes())
    messages.success(request, _("Your watch is live."))
    return redirect(f"{reverse('listen')}?watch={watch.pk}")


@requires(Permission.OWN_WATCH)
@require_http_methods(["GET", "POST"])
def watch_change(request: HttpRequest, watch_id: int) -> HttpResponse:
    watch = get_object_or_404(Watch.objects.live().select_related("owner"), pk=watch_id)
    if not queries.may_change(actor_of(request), watch):
        raise Http404
    now = {
        "query": watch.query,
        "name": watch.name,
        "tell": watch.tell,
        "department": watch.department_id,
    }
    form = WatchForm(request.POST or None, initial=now)
    if "look" in request.POST or not form.is_valid():
        return _watch_page(request, form, watch)
    acting.edit_watch(actor_of(request), watch_id, **form.changes())
    messages.success(request, _("Saved."))
    return redirect("watches")


def _watch_page(request: HttpRequest, form: WatchForm, watch: Watch | None) -> HttpResponse:
    query = str(form["query"].value() or "")
    context = {"form": form, "watch": watch, "query": query, **_tried(actor_of(request), query)}
    return render(request, "listening/watch_form.html", context, status=422 if form.errors else 200)


@requires(Permission.OWN_WATCH)
@require_POST
def watch_test(request: HttpRequest) -> HttpResponse:
    """What the words that one is writing would have caught; nothing is kept."""
    return render(request, "listening/tried.html", _tried(actor_of(request), request.POST.get("query", "")))


def _tried(user: User, query: str) -> dict[str, Any]:
    if not query.strip():
        return {}
    try:
        with one_at_a_time(LOOKING_BACK, user.pk):
            past = recent_catches(query, limit=20)
    except UnderWayError as error:
        return {"busy": str(error)}
    except WatchSyntaxError as error:
        return {"fault": shown_fault(query, error)}
    return {"past": past, "catches": shown.caught_rows(past.sample), "hints": shown_hints(parse(query).hints)}


@requires(Permission.OWN_WATCH)
@require_POST
def watch_deletion(request: HttpRequest, watch_id: int) -> HttpResponse:
    try:
        acting.delete_watch(actor_of(request), watch_id)
    except Watch.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The watch is deleted."))
    return redirect("watches")


@requires(Permission.HEAR)
@require_POST
def usefulness(request: HttpRequest, watch_id: int, post_id: int) -> HttpResponse:
    """Yes, no, or nothing to take it back."""
    judgement = request.POST.get("useful", "")
    if judgement not in JUDGEMENTS:
        raise Http404
    try:
        mention = acting.judge_catch(actor_of(request), watch_id, post_id, JUDGEMENTS[judgement])
    except Mention.DoesNotExist as error:
        raise Http404 from error
    if request.htmx:  # type: ignore[attr-defined]
        context = {
            "catch": mention,
            "query": request.POST.get("query", ""),
            "has_keys": "keys" in request.POST,
        }
        return render(request, "listening/catch.html", context)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else reverse("post", args=[post_id]))


@requires(Permission.HEAR)
@require_GET
def language(request: HttpRequest) -> HttpResponse:
    """The whole language on one page."""
    sources = Source.objects.values_list("name", flat=True)[:5]
    return render(request, "listening/language.html", {"limits": limits, "sources": sources})
