"""What a member wrote, and their own page's beginnings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import open_to_all
from oneroof.community.models import Member
from oneroof.community.queries.lists import entries_of
from oneroof.community.queries.talks import relation
from oneroof.community.views.page import reader_of
from oneroof.core.pagination import CursorError
from oneroof.core.shared_pages import shared_for_a_moment


@open_to_all("who answers in public is known by a name in public")
@require_GET
@shared_for_a_moment
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=member_id)
    if found.merged_into_id:
        return redirect("community:member", found.merged_into_id, permanent=True)
    try:
        page = entries_of(reader_of(request), found.pk, cursor=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(
        request,
        "community/member.html",
        {"member": found, "page": page, "relation": relation(reader_of(request), found)},
    )
