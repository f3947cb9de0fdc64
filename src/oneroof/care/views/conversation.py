"""One conversation beside the list, and what changed in it while it is open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.care.queries.about import version_of
from oneroof.care.views.page import detail, detail_context


@requires(Permission.READ_CONVERSATIONS)
@require_GET
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return detail(request, conversation_id)


@requires(Permission.READ_CONVERSATIONS)
@require_GET
def conversation_changes(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """204 while nothing changed since ``version``; else the pieces that changed. With ``typing``, all but the
    composer, in which somebody may be writing."""
    try:
        now = version_of(conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    if request.GET.get("version") == now:
        return HttpResponse(status=204)
    context = detail_context(request, conversation_id)
    return render(request, "care/changes.html", context | {"is_typing": bool(request.GET.get("typing"))})
