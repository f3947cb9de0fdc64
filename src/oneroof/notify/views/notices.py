"""The bell, how one wants to be told, and the way out of e-mail."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.actions.people import choose_language
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import layout_for, safe_next
from oneroof.core.pagination import CursorError
from oneroof.notify import queries
from oneroof.notify.actions import preferring
from oneroof.notify.actions import reading as acts
from oneroof.notify.carriers.push import public_key
from oneroof.notify.forms import PreferencesForm
from oneroof.notify.kinds import Way
from oneroof.notify.letters import unsubscriber
from oneroof.notify.models import Notice


@requires(Permission.OWN_ACCOUNT)
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    unread_only = request.GET.get("show") == "unread"
    try:
        page = queries.notices_page(actor_of(request), request.GET.get("after"), unread_only=unread_only)
    except CursorError as error:
        raise Http404 from error
    user = actor_of(request)
    template = "notify/notices.html" if user.is_staff_member else "notify/own_notices.html"
    return render(request, template, {"page": page, "unread_only": unread_only})


@requires(Permission.OWN_ACCOUNT)
@require_POST
def opening(request: HttpRequest, notice_id: int) -> HttpResponse:
    """It is read, and one is where it leads."""
    notice = get_object_or_404(Notice, pk=notice_id, user=actor_of(request))
    acts.mark_read(actor_of(request), [notice.pk])
    return redirect(safe_next(notice.path) or "notify:notices")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    chosen = [number for each in request.POST.getlist("chosen") if (number := _number(each))]
    _say(request, acts.mark_read(actor_of(request), chosen))
    return redirect("notify:notices")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def reading_all(request: HttpRequest) -> HttpResponse:
    newest = request.POST.get("up_to", "")
    _say(request, acts.mark_all_read(actor_of(request), _number(newest)))
    return redirect("notify:notices")


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = actor_of(request)
    form = PreferencesForm(user, queries.preferences_of(user), request.POST or None)
    if form.is_valid():
        try:
            preferring.choose(user, ways=form.ways(), **form.choices())
            choose_language(user, form.cleaned_data["language"] or user.language)
        except preferring.NoticeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("notify:preferences")
    shown = {
        "form": form,
        "browsers": queries.browsers_of(user),
        "push_key": public_key(),
        "ways": Way.labels,
        "own_layout": layout_for(user),
    }
    return render(request, "notify/preferences.html", shown)


@csrf_exempt
@open_to_all(
    "whoever holds the signed link of a letter may end the letters; mail programs do so on their own"
)
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, since mail programs and virus scanners look at links; a POST does it (RFC 8058)."""
    user = unsubscriber(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        preferring.take_no_email(user)
    return render(request, "notify/unsubscribe.html", {"person": user, "done": request.method == "POST"})


def _number(text: str) -> int:
    """0 for what is no number of ours."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _say(request: HttpRequest, count: int) -> None:
    said = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
    messages.success(request, said % {"count": count})
