"""For leads: what looks arranged, how questions are spread, and the directory's entries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.recognition.actions import directory as directory_actions
from oneroof.recognition.actions.claiming import decide_claim
from oneroof.recognition.actions.ledger import take_back
from oneroof.recognition.forms import ListingForm
from oneroof.recognition.models import Listing
from oneroof.recognition.queries.directory import people_of, waiting_claims
from oneroof.recognition.queries.fairness import found
from oneroof.recognition.queries.routing import loads, spread
from oneroof.recognition.views.saying import number, saying


@requires(Permission.STEER)
@require_GET
def fairness(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/fairness.html", {"found": found()})


@requires(Permission.STEER)
@require_POST
def taking_back(request: HttpRequest) -> HttpResponse:
    ids = [number(each) for each in request.POST.getlist("row")]
    with saying(request, _("Taken back.")):
        take_back(actor_of(request), ids, because=request.POST.get("because", ""))
    return redirect("recognition:fairness")


@requires(Permission.STEER)
@require_GET
def routing(request: HttpRequest) -> HttpResponse:
    shown = loads()
    return render(request, "recognition/routing.html", {"loads": shown, "gini": spread(shown)})


@requires(Permission.STEER)
@require_GET
def listings(request: HttpRequest) -> HttpResponse:
    context = {"listings": Listing.objects.all(), "claims": waiting_claims()}
    return render(request, "recognition/listings.html", context)


@requires(Permission.STEER)
@require_POST
def claim_decision(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Back to where it was decided: the list of those that wait, or the entry with its people."""
    granted = request.POST.get("granted") == "1"
    with saying(request, _("Decided.")):
        decided = decide_claim(actor_of(request), claim_id, granted=granted)
    if request.POST.get("back") == "listing":
        return redirect("recognition:listing", decided.listing_id)
    return redirect("recognition:listings")


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def listing_add(request: HttpRequest) -> HttpResponse:
    return _written(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    return _written(request, get_object_or_404(Listing, pk=listing_id))


@requires(Permission.STEER)
@require_POST
def listing_removal(request: HttpRequest, listing_id: int) -> HttpResponse:
    with saying(request, _("Removed.")):
        directory_actions.remove_listing(actor_of(request), listing_id)
    return redirect("recognition:listings")


def _written(request: HttpRequest, now: Listing | None) -> HttpResponse:
    first = {"skills": ", ".join(now.skills), "languages": ", ".join(now.languages)} if now else {}
    form = ListingForm(request.POST if request.method == "POST" else None, initial=first, instance=now)
    if form.is_valid():
        with saying(request, _("Saved.")):
            directory_actions.write_listing(
                actor_of(request), **form.columns(), listing_id=now.pk if now else None
            )
        return redirect("recognition:listings")
    people = people_of(now) if now else []
    return render(request, "recognition/listing.html", {"form": form, "listing": now, "people": people})
