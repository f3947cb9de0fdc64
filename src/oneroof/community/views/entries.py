"""What is done to one entry: comment, edit, delete, accept, vote, follow."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.accepting import accept, unaccept
from oneroof.community.actions.editing import delete, edit, latest_revision, restore, set_standing
from oneroof.community.actions.following import follow, unfollow
from oneroof.community.actions.voting import take_back, vote
from oneroof.community.actions.writing import comment
from oneroof.community.errors import CommunityError
from oneroof.community.forms import EditForm
from oneroof.community.models import ROOT_KINDS, Entry, Kind
from oneroof.community.views.page import done, shown

LISTS: dict[str, str] = {
    Kind.QUESTION: "community:questions",
    Kind.ARTICLE: "community:articles",
    Kind.IDEA: "community:ideas",
    Kind.ANNOUNCEMENT: "community:news",
}
type OnEntry = Callable[..., Any]


def _post_of(act: OnEntry, permission: Permission = Permission.TAKE_PART, words: str = "") -> OnEntry:
    """The view of an action that takes nothing but who acts, the entry, and parts of the address."""

    @requires(permission)
    @require_POST
    def view(request: HttpRequest, entry_id: int, **parts: str) -> HttpResponse:
        entry = shown(request, entry_id)
        return done(request, lambda: act(actor_of(request), entry_id, **parts), entry, words and _(words))

    return view


acceptance, unacceptance = _post_of(accept), _post_of(unaccept)
votes, vote_removal = _post_of(vote), _post_of(take_back)
restoration = _post_of(restore, Permission.MODERATE)


@requires(Permission.TAKE_PART)
@require_POST
def comments(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry, body = shown(request, entry_id), request.POST.get("body", "")
    return done(request, lambda: comment(actor_of(request), entry_id, body), entry)


@requires(Permission.TAKE_PART)
@require_POST
def following(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = shown(request, entry_id)
    return done(
        request, lambda: follow(actor_of(request), entry), entry, _("You will hear of what comes here.")
    )


@requires(Permission.TAKE_PART)
@require_POST
def unfollowing(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = shown(request, entry_id)
    return done(request, lambda: unfollow(actor_of(request), entry), entry)


@requires(Permission.MODERATE)
@require_POST
def standing(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry, status = shown(request, entry_id), request.POST.get("status", "")
    return done(request, lambda: set_standing(actor_of(request), entry_id, status), entry)


@requires(Permission.TAKE_PART)
@require_POST
def deletion(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Back to its page, or to the list where that is gone."""
    entry = shown(request, entry_id)
    answer = done(request, lambda: delete(actor_of(request), entry_id), entry)
    gone = Entry.objects.filter(pk=entry_id, root=None, deleted_at__isnull=False).exists()
    return redirect(LISTS[entry.kind]) if gone else answer


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def editing(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry, actor = shown(request, entry_id), actor_of(request)
    if entry.kind == Kind.ARTICLE:
        return redirect("community:article_change", entry.pk)
    store.demand_author(actor, entry)
    has_title = entry.kind in ROOT_KINDS
    if request.method == "GET":
        form = EditForm(initial=_as_it_is(entry), has_title=has_title)
        return render(request, "community/edit.html", {"form": form, "entry": entry})
    form = EditForm(request.POST, has_title=has_title)
    if form.is_valid():
        try:
            return redirect(edit(actor, entry_id, **form.cleaned_data))
        except CommunityError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "community/edit.html", {"form": form, "entry": entry}, status=422)


def _as_it_is(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "body": entry.body,
        "tags": ", ".join(entry.tags.values_list("name", flat=True)),
        "based_on": latest_revision(entry),
    }
