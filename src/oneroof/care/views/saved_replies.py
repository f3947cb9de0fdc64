"""Saved replies: written by anyone who answers, reviewed by leads, good until they expire."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions import saved as actions
from oneroof.care.errors import CareError
from oneroof.care.models import SavedReply
from oneroof.care.queries import saved as queries
from oneroof.care.settings_forms import SavedReplyForm
from oneroof.care.views.saying import saying
from oneroof.core.markdown import LONGEST
from oneroof.core.markdown import render as markdown


@requires(Permission.ANSWER)
@require_GET
def saved_replies(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    page = queries.saved_replies(show, cursor=request.GET.get("after"))
    may_steer = actor_of(request).may(Permission.STEER)
    shown = {"page": page, "show": show, "counts": queries.counts(), "may_steer": may_steer}
    return render(request, "care/saved_replies.html", shown)


@requires(Permission.ANSWER)
@require_http_methods(["GET", "POST"])
def saved_reply_add(request: HttpRequest) -> HttpResponse:
    return _written(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def saved_reply(request: HttpRequest, saved_id: int) -> HttpResponse:
    return _written(request, get_object_or_404(SavedReply, pk=saved_id))


@requires(Permission.STEER)
@require_POST
def review(request: HttpRequest, saved_id: int) -> HttpResponse:
    with saying(request, _("Reviewed.")):
        actions.review_saved_reply(actor_of(request), saved_id)
    return redirect("care:saved_replies")


@requires(Permission.STEER)
@require_POST
def deletion(request: HttpRequest, saved_id: int) -> HttpResponse:
    with saying(request, _("Deleted.")):
        actions.delete_saved_reply(actor_of(request), saved_id)
    return redirect("care:saved_replies")


def _written(request: HttpRequest, saved: SavedReply | None) -> HttpResponse:
    """The form; with “preview”, the form with its text as a customer would see it."""
    form = SavedReplyForm(request.POST) if request.method == "POST" else SavedReplyForm.of(saved)
    shown = {"form": form, "saved": saved, "placeholders": queries.PLACEHOLDERS.items()}
    if form.is_valid():
        text = form.cleaned_data["text"]
        if "preview" in request.POST:
            preview = markdown(queries.filled_by_example(text, actor_of(request))[:LONGEST])
            return render(request, "care/saved_reply.html", shown | {"preview": preview})
        try:
            actions.write_saved_reply(
                actor_of(request), **form.columns(), saved_id=saved.pk if saved else None
            )
        except CareError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("care:saved_replies")
    return render(request, "care/saved_reply.html", shown)
