"""A moderator makes two questions one."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.merging import merge
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry
from oneroof.community.views.page import done, shown


@requires(Permission.MODERATE)
@require_POST
def merging(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Into the question whose number or address was typed."""
    duplicate, into = shown(request, entry_id), number_in(request.POST.get("into", ""))

    def act() -> Entry:
        if into is None or not Entry.objects.visible_to(actor_of(request)).filter(pk=into).exists():
            raise CommunityError(_("There is no such page."))
        return merge(actor_of(request), entry_id, into)

    return done(request, act, duplicate, _("They are one now."))


def number_in(typed: str) -> int | None:
    """The number of a question, out of its address or typed alone."""
    parts = [part for part in typed.split("#")[0].split("/") if part.isascii() and part.isdigit()]
    return int(parts[0]) if parts and len(parts[0]) < 19 else None
