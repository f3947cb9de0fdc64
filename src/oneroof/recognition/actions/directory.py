"""Partners and service points: entered by leads, looked after by their own people."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Listing, ListingClaim

WORDS = {"about": 2_000, "place": 120, "address": 300, "hours": 300, "email": 254, "phone": 40, "url": 200}
"""What its own people may say, with how long it may be; besides skills and languages."""
LISTS = ("skills", "languages")


@transaction.atomic
def write_listing(
    actor: User, *, kind: str, name: str, listing_id: int | None = None, **words: Any
) -> Listing:
    """By a lead. ``words`` are some of WORDS and LISTS; what is not named stays as it is."""
    demand(actor, Permission.STEER)
    name = _plain(name)[:120]
    if not name or kind not in Listing.Kind.values:
        raise RecognitionError(_("An entry of the directory has a kind and a name."))
    listing = _locked(listing_id) if listing_id else Listing()
    listing.kind, listing.name = kind, name
    _say(listing, words)
    listing.save()
    audit.record(actor, "listing.written", on=listing, after={"kind": kind, "name": listing.name})
    return listing


@transaction.atomic
def change_listing(actor: User, listing_id: int, **words: Any) -> Listing:
    """By its own people, who leave its kind and name to the leads; raises Listing.DoesNotExist."""
    demand(actor, Permission.TAKE_PART)
    listing = _locked(listing_id)
    if not keeps(actor, listing):
        raise NotAllowed(Permission.STEER)
    _say(listing, words)
    listing.save()
    audit.record(actor, "listing.changed", on=listing, after={"name": listing.name})
    return listing


@transaction.atomic
def remove_listing(actor: User, listing_id: int) -> None:
    demand(actor, Permission.STEER)
    listing = _locked(listing_id)
    audit.record(actor, "listing.removed", on=listing)
    listing.delete()


def keeps(actor: User, listing: Listing) -> bool:
    kept = ListingClaim.objects.filter(listing=listing, state=ListingClaim.State.KEPT)
    return actor.may(Permission.STEER) or kept.filter(member__user=actor).exists()


def _locked(listing_id: int) -> Listing:
    return Listing.objects.select_for_update().get(pk=listing_id)


def _say(listing: Listing, words: Mapping[str, Any]) -> None:
    for name, longest in WORDS.items():
        if name in words:
            setattr(listing, name, str(words[name]).replace("\0", "").strip()[:longest])
    for name in LISTS:
        if name in words:
            setattr(listing, name, list(words[name]))
    listing.changed_at = clock.now()


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
