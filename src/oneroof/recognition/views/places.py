"""A partner's or service point's page, and what its own people do there."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import NotAllowed, actor_of, open_to_all, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.shared_pages import shared_for_a_moment
from oneroof.recognition.actions import claiming
from oneroof.recognition.actions import directory as actions
from oneroof.recognition.forms import OwnListingForm
from oneroof.recognition.models import Listing, ListingClaim
from oneroof.recognition.queries import directory
from oneroof.recognition.views.saying import reader_of, saying


@open_to_all("partners and service points are for everybody to find")
@require_GET
@shared_for_a_moment
def place(request: HttpRequest, listing_id: int) -> HttpResponse:
    listing, reader = get_object_or_404(Listing, pk=listing_id), reader_of(request)
    people = directory.people_of(listing)
    context = {
        "listing": listing,
        "keepers": [each.member for each in people if each.state == ListingClaim.State.KEPT],
        "mine": _mine(people, reader),
        "keeps": reader is not None and actions.keeps(reader, listing),
        "solved": directory.solved_by_people_of([listing.pk]).get(listing.pk, 0),
        "stated": _stated(listing),
        "canonical": f"{settings.PUBLIC_URL}{listing.get_absolute_url()}",
    }
    return render(request, "recognition/place.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def claim(request: HttpRequest, listing_id: int) -> HttpResponse:
    with saying(request, _("Noted: what becomes of it stands below.")):
        claiming.claim_listing(actor_of(request), listing_id, request.POST.get("note", ""))
    return redirect("recognition:place", listing_id)


@requires(Permission.TAKE_PART)
@require_POST
def leaving(request: HttpRequest, listing_id: int) -> HttpResponse:
    with saying(request, _("You look after it no more.")):
        claiming.leave_listing(actor_of(request), listing_id)
    return redirect("recognition:place", listing_id)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def editing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """For its own people, and for leads."""
    actor, listing = actor_of(request), get_object_or_404(Listing, pk=listing_id)
    if not actions.keeps(actor, listing):
        raise NotAllowed(Permission.STEER)
    first = {"skills": ", ".join(listing.skills), "languages": ", ".join(listing.languages)}
    form = OwnListingForm(request.POST if request.method == "POST" else None, initial=first, instance=listing)
    if form.is_valid():
        with saying(request, _("Saved.")):
            actions.change_listing(actor, listing_id, **form.columns())
        return redirect("recognition:place", listing_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "recognition/place_edit.html", {"form": form, "listing": listing}, status=status)


@open_to_all("the map of the directory's public pages")
@require_GET
@shared_for_a_moment
def site_map(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    found = "".join(
        f"<url><loc>{escape(settings.PUBLIC_URL + path)}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>"
        for path, at in directory.pages()
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">{found}</urlset>'
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _mine(people: list[ListingClaim], reader: User | None) -> ListingClaim | None:
    return next((each for each in people if reader and each.member.user_id == reader.pk), None)


def _stated(listing: Listing) -> Mapping[str, Any]:
    """schema.org's LocalBusiness or Organization; what is not known is left out."""
    is_point = listing.kind == Listing.Kind.SERVICE_POINT
    told = {
        "name": listing.name,
        "description": listing.about,
        "address": listing.address or listing.place,
        "telephone": listing.phone,
        "email": listing.email,
        "url": listing.url,
        "knowsLanguage": listing.languages,
        "openingHours": listing.hours if is_point else "",
    }
    said = {name: words for name, words in told.items() if words}
    return {
        "@context": "https://schema.org",
        "@type": "LocalBusiness" if is_point else "Organization",
        **said,
    }
