"""Partners and service points, kept by leads."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Listing


@transaction.atomic
def write_listing(
    actor: User,
    *,
    kind: str,
    name: str,
    about: str = "",
    place: str = "",
    url: str = "",
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    listing_id: int | None = None,
) -> Listing:
    demand(actor, Permission.STEER)
    if not name.strip() or kind not in Listing.Kind.values:
        raise RecognitionError(_("An entry of the directory has a kind and a name."))
    listing = Listing.objects.select_for_update().get(pk=listing_id) if listing_id else Listing()
    listing.kind, listing.name, listing.about = kind, name.strip()[:120], about.strip()
    listing.place, listing.url = place.strip()[:120], url.strip()
    listing.skills, listing.languages = list(skills), list(languages)
    listing.changed_at = clock.now()
    listing.save()
    audit.record(actor, "listing.written", on=listing, after={"kind": kind, "name": listing.name})
    return listing


@transaction.atomic
def remove_listing(actor: User, listing_id: int) -> None:
    demand(actor, Permission.STEER)
    listing = Listing.objects.get(pk=listing_id)
    audit.record(actor, "listing.removed", on=listing)
    listing.delete()
