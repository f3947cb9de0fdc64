"""What the community's pages are put together from."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.community.errors import CommunityError, RulesNotAcceptedError
from oneroof.community.models import Entry


def reader_of(request: HttpRequest) -> User | None:
    """Who reads; None where nobody is signed in."""
    return request.user if isinstance(request.user, User) else None


def shown(request: HttpRequest, entry_id: int) -> Entry:
    """What this reader may read; raises Http404."""
    entries = Entry.objects.visible_to(reader_of(request)).select_related("root", "author", "group")
    try:
        return entries.get(pk=entry_id)
    except Entry.DoesNotExist as error:
        raise Http404 from error


def member_number(typed: str) -> int:
    """Out of a number, or the address of a member's page."""
    parts = [part for part in typed.strip().rstrip("/").split("/") if part]
    number = parts[-1] if parts else ""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise CommunityError(_("Give the address of the page of a member."))
    return int(number)


def done(request: HttpRequest, act: Callable[[], object], back: Entry, words: str = "") -> HttpResponse:
    """Do it, and go to the entry's place on its page; a refusal is said there."""
    try:
        made = act()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except RulesNotAcceptedError as refusal:
        messages.info(request, str(refusal))
        return redirect(f"/rules/?next={quote(back.get_absolute_url())}")
    except CommunityError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    if words:
        messages.success(request, words)
    return redirect(made if isinstance(made, Entry) and made.deleted_at is None else back)
