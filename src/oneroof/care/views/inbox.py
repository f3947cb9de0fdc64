"""The list of conversations: its page, what changed in it, and its table for a spreadsheet."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions.exports import export_conversations
from oneroof.care.models import Conversation
from oneroof.care.queries.inbox import Filters, changes_since, latest_change
from oneroof.care.views.page import list_context, view_name

SEEN_AT_MOST = 50


@requires(Permission.READ_CONVERSATIONS)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    context = list_context(request)
    if not context["page"].rows and not Conversation.objects.exists():
        context["is_new"] = True
    template = "care/rows.html" if request.headers.get("HX-Target") == "rows" else "care/inbox.html"
    return render(request, template, context)


@requires(Permission.READ_CONVERSATIONS)
@require_GET
def inbox_changes(request: HttpRequest) -> HttpResponse:
    """What the open list asks each second; ``seen`` are one's own changes, ``id-number`` by commas."""
    if request.headers.get("If-None-Match", "").strip('"') == str(latest_change()):
        return HttpResponse(status=304)
    since = request.GET.get("since", "")
    changes = changes_since(
        actor_of(request),
        view_name(request),
        Filters.of(request.GET.dict()),
        int(since) if since.isdecimal() and len(since) < 19 else 0,
        seen_in(request.GET.get("seen", "")),
    )
    text = ngettext("%(count)d new or changed", "%(count)d new or changed", changes.count)
    return JsonResponse(
        {"version": str(changes.latest), "count": changes.count, "text": text % {"count": changes.count}}
    )


def seen_in(text: str) -> dict[int, int]:
    """``7-8812,9-8820`` as numbers; what makes no sense is left out."""
    pairs = [pair.partition("-")[::2] for pair in text.split(",")[-SEEN_AT_MOST:]]
    return {
        int(number): int(change)
        for number, change in pairs
        if number.isdecimal() and change.isdecimal() and len(number) < 19 and len(change) < 19
    }


@requires(Permission.EXPORT)
@require_POST
def inbox_export(request: HttpRequest) -> HttpResponseBase:
    """That it was taken is an entry, so this is no GET."""
    lines = export_conversations(actor_of(request), view_name(request), Filters.of(request.GET.dict()))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="conversations-{view_name(request)}.csv"'},
    )
