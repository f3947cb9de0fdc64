"""How a tag is kept, by its owners; and a question's other tags."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.following import follow, unfollow
from oneroof.community.actions.keeping_tags import add_synonym, describe_tag, remove_synonym
from oneroof.community.actions.retagging import retag
from oneroof.community.actions.tag_owners import appoint_tag_owner, release_tag_owner
from oneroof.community.errors import CommunityError
from oneroof.community.models import Kind, Tag
from oneroof.community.queries.tags import may_retag, tag_called, tag_seen
from oneroof.community.views.page import done, member_number, reader_of, shown


def tag_at(request: HttpRequest, name: str) -> Tag:
    """Raises Http404 where the reader may read nothing of it."""
    try:
        return tag_called(reader_of(request), name)
    except Tag.DoesNotExist as error:
        raise Http404 from error


@requires(Permission.TAKE_PART)
@require_GET
def keeping(request: HttpRequest, tag: str) -> HttpResponse:
    found = tag_at(request, tag)
    if found.name != tag:
        return redirect("community:tag_keeping", found.name)
    seen = tag_seen(actor_of(request), found)
    if not seen.may_keep:
        raise Http404
    return render(request, "community/tag_keeping.html", {"seen": seen, "tag": found})


@requires(Permission.TAKE_PART)
@require_POST
def following(request: HttpRequest, tag: str) -> HttpResponse:
    follow(actor_of(request), tag_at(request, tag))
    return redirect("community:tag", tag)


@requires(Permission.TAKE_PART)
@require_POST
def unfollowing(request: HttpRequest, tag: str) -> HttpResponse:
    unfollow(actor_of(request), tag_at(request, tag))
    return redirect("community:tag", tag)


@requires(Permission.TAKE_PART)
@require_POST
def description(request: HttpRequest, tag: str) -> HttpResponse:
    return _kept(request, tag, lambda: describe_tag(actor_of(request), tag, request.POST.get("about", "")))


@requires(Permission.TAKE_PART)
@require_POST
def synonyms(request: HttpRequest, tag: str) -> HttpResponse:
    return _kept(request, tag, lambda: add_synonym(actor_of(request), tag, request.POST.get("name", "")))


@requires(Permission.TAKE_PART)
@require_POST
def synonym_removal(request: HttpRequest, tag: str) -> HttpResponse:
    return _kept(request, tag, lambda: remove_synonym(actor_of(request), tag, request.POST.get("name", "")))


@requires(Permission.MODERATE)
@require_POST
def owners(request: HttpRequest, tag: str) -> HttpResponse:
    typed = request.POST.get("owner", "")
    return _kept(request, tag, lambda: appoint_tag_owner(actor_of(request), tag, member_number(typed)))


@requires(Permission.MODERATE)
@require_POST
def owner_removal(request: HttpRequest, tag: str) -> HttpResponse:
    typed = request.POST.get("owner", "")
    return _kept(request, tag, lambda: release_tag_owner(actor_of(request), tag, member_number(typed)))


def _kept(request: HttpRequest, tag: str, act: Callable[[], object]) -> HttpResponse:
    """Do it, and go back to the page where tags are kept; a refusal is said there."""
    try:
        act()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except CommunityError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("community:tag_keeping", tag)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def retagging(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry, actor = shown(request, entry_id), actor_of(request)
    if entry.kind != Kind.QUESTION or not may_retag(actor, entry):
        raise Http404
    if request.method == "GET":
        tags = ", ".join(entry.tags.values_list("name", flat=True))
        return render(request, "community/retag.html", {"entry": entry, "tags": tags})
    tags, why = request.POST.get("tags", ""), request.POST.get("why", "")
    return done(request, lambda: retag(actor, entry_id, tags, why=why), entry, _("Saved."))
