"""Listen: what was said, newest first, and one post with its thread."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError, Page
from oneroof.listening import queries, shown
from oneroof.listening.doors import doors_of
from oneroof.listening.forms import FilterForm
from oneroof.listening.models import Post, PostKey, Source, Watch
from oneroof.listening.stream import (
    COUNTED,
    Filters,
    caught_by,
    count_newer,
    near_copies,
    newest_id,
    posts_page,
)
from oneroof.listening.views.faults import shown_fault
from oneroof.listening.watch_language import WatchSyntaxError

NOTHING: Page[Post] = Page([], None)


@requires(Permission.HEAR)
@require_GET
def listen(request: HttpRequest) -> HttpResponse:
    return render(request, "listening/stream.html", _list(request))


@requires(Permission.HEAR)
@require_GET
@vary_on_headers("HX-Target")
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Beside the list; alone where htmx asks for the detail only."""
    form = FilterForm(request.GET, actor_of(request))
    try:
        detail = _detail(form, post_id, actor_of(request))
    except PostKey.DoesNotExist as error:
        raise Http404 from error
    if request.headers.get("HX-Target") == "detail":
        return render(request, "listening/post_alone.html", detail)
    return render(request, "listening/stream.html", {**_list(request, post_id), **detail})


@requires(Permission.HEAR)
@require_GET
@never_cache
def changes(request: HttpRequest) -> HttpResponse:
    """What the pill says: how many posts of this list were heard since the page was made."""
    version = str(newest_id())
    since = request.GET.get("since", "")
    if request.headers.get("If-None-Match") == f'"{version}"' or not since.isdecimal():
        return HttpResponse(status=304)
    try:
        count = count_newer(FilterForm(request.GET, actor_of(request)).filters(), int(since))
    except WatchSyntaxError:
        return HttpResponse(status=304)
    text = ngettext("%(count)s new post", "%(count)s new posts", count) % {
        "count": count if count < COUNTED else f"{COUNTED}+"
    }
    return JsonResponse({"version": version, "count": count, "text": text})


def _list(request: HttpRequest, current: int | None = None) -> dict[str, Any]:
    form = FilterForm(request.GET, actor_of(request))
    filters = form.filters()
    version = newest_id()  # before the posts are read: one that comes meanwhile is told of twice, never not
    page, fault = _page(filters, request.GET.get("after"))
    watch: Watch | None = form.chosen("watch")
    catches = caught_by([row.pk for row in page.rows])
    return {
        "form": form,
        "rows": shown.rows(page.rows, catches, _marked(form), current),
        "next": page.next,
        "fault": fault,
        "watch": watch,
        "is_looking_back": bool(watch and not request.GET.get("after") and queries.is_looking_back(watch.pk)),
        "may_change": bool(watch and queries.may_change(actor_of(request), watch)),
        "version": version,
        "query": request.GET.urlencode(),
        "watch_query": urlencode({"query": filters.q}),
        "applied": [(words, _without(request, name)) for name, words in form.applied()],
        "is_filtered": bool(filters != Filters() or request.GET.get("after")),
        "may_manage": actor_of(request).may(Permission.MANAGE_SOURCES),
        "has_sources": bool(page.rows) or Source.objects.exists(),
    }


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    for gone in (name, "after"):
        query.pop(gone, None)
    return query.urlencode()


def _page(filters: Filters, cursor: str | None) -> tuple[Page[Post], Any]:
    try:
        return posts_page(filters, cursor=cursor), None
    except WatchSyntaxError as error:
        return NOTHING, shown_fault(filters.q, error)
    except CursorError as error:
        raise Http404 from error


def _marked(form: FilterForm) -> str:
    """What is searched for is marked, else what the watch was after."""
    watch = form.chosen("watch")
    return str(form.chosen("q") or (watch.query if watch else ""))


def _detail(form: FilterForm, post_id: int, reader: User) -> dict[str, Any]:
    """Raises PostKey.DoesNotExist."""
    found = queries.post_with_thread(post_id)
    catches = caught_by([post_id]).get(post_id, [])
    chosen = form.chosen("watch")
    # The watch that one goes through comes first: its buttons have the keys.
    catches = sorted(catches, key=lambda each: each.watch != chosen)
    query = _marked(form) or (catches[0].watch.query if catches else "")
    return {
        "post": found.post,
        "spans": shown.hits(query, found.post),
        "author": shown.author_of(found.post),
        "parent_id": found.parent_id,
        "thread": found.thread if len(found.thread) > 1 else (),
        "reasons": shown.reasons_of(found.post),
        "risks": shown.risks_of(found.post),
        "feeling": shown.feeling_of(found.post),
        "language": shown.language_of(found.post),
        "catches": catches,
        "doors": doors_of(reader, found.post),
        "copies": near_copies(found.post),
        "query": form.asked.urlencode(),
    }
