"""A word of Legal, PR or another department on a thread: asked for and said at the desk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.counsel import ask_counsel, say_counsel
from oneroof.community.models import Counsel
from oneroof.community.queries.counsel import SHOWN, counsel_of, counsels, departments
from oneroof.community.views.joining import said
from oneroof.community.views.page import shown


@requires(Permission.HEAR)
@require_GET
def counsel_list(request: HttpRequest) -> HttpResponse:
    return render(request, "community/counsels.html", {"counsels": counsels(actor_of(request))[:SHOWN]})


@requires(Permission.MODERATE)
@require_http_methods(["GET", "POST"])
def asking(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry, actor, sent = shown(request, entry_id), actor_of(request), _("Asked. Nobody outside sees it.")
    room, question = request.POST.get("department", ""), request.POST.get("question", "")
    is_sent = request.method == "POST"
    if is_sent and said(request, lambda: ask_counsel(actor, entry_id, room, question), sent):
        return redirect("community:counsels")
    asked = counsels(actor).filter(entry=entry)
    context = {"entry": entry, "departments": departments(), "question": question, "asked": asked}
    return render(request, "community/counsel_form.html", context, status=422 if is_sent else 200)


@requires(Permission.HEAR)
@require_http_methods(["GET", "POST"])
def counsel(request: HttpRequest, counsel_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        found = counsel_of(actor, counsel_id)
    except Counsel.DoesNotExist as error:
        raise Http404 from error
    if request.method == "POST":
        body, is_done = request.POST.get("body", ""), "done" in request.POST
        said(request, lambda: say_counsel(actor, counsel_id, body, is_done=is_done))
        return redirect("community:counsel", counsel_id)
    words = found.words.select_related("author").order_by("pk")
    return render(request, "community/counsel.html", {"counsel": found, "words": words})
