"""People say that they belong to an entry of the directory; its own address proves it, or a lead decides."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.admission import demand_takes_part
from oneroof.community.actions.members import member_of
from oneroof.core import clock
from oneroof.notify.actions import tell
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Listing, ListingClaim

State = ListingClaim.State
LISTINGS = "/desk/recognition/directory/"


@transaction.atomic
def claim_listing(actor: User, listing_id: int, note: str = "") -> ListingClaim:
    """Once; raises Listing.DoesNotExist. Whoever proved the entry's own e-mail address looks after it at once."""
    demand(actor, Permission.TAKE_PART)
    demand_takes_part(actor)
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    claim, is_new = ListingClaim.objects.get_or_create(
        listing=listing, member=member_of(actor), defaults={"note": note.replace("\0", "").strip()[:300]}
    )
    if claim.state == State.REFUSED:
        raise RecognitionError(_("This was decided. Write to us if it is wrong."))
    if claim.state == State.ASKED and _has_its_address(actor, listing):
        _decide(claim, State.KEPT, None)
    if is_new:
        audit.record(actor, "listing.claimed", on=listing, after={"state": claim.state})
        _tell_leads(claim)
    return claim


@transaction.atomic
def decide_claim(actor: User, claim_id: int, *, granted: bool) -> ListingClaim:
    """Raises ListingClaim.DoesNotExist. A lead may decide otherwise later: that is how somebody is put out."""
    demand(actor, Permission.STEER)
    claim = _locked().get(pk=claim_id)
    state = State.KEPT if granted else State.REFUSED
    if claim.state != state:
        _decide(claim, state, actor)
        verb = "listing.given" if granted else "listing.refused"
        audit.record(actor, verb, on=claim.listing, after={"to": claim.member.name})
        _tell_whoever_asked(claim)
    return claim


@transaction.atomic
def leave_listing(actor: User, listing_id: int) -> None:
    """Whoever looks after it, or asked to, does so no more; a refusal stays."""
    demand(actor, Permission.TAKE_PART)
    mine = _locked().filter(listing=listing_id, member__user=actor).exclude(state=State.REFUSED)
    for claim in mine:
        audit.record(actor, "listing.left", on=claim.listing)
        claim.delete()


def _locked() -> QuerySet[ListingClaim]:
    return ListingClaim.objects.select_for_update(of=("self",)).select_related("listing", "member__user")


def _decide(claim: ListingClaim, state: str, by: User | None) -> None:
    claim.state, claim.decided_at, claim.decided_by = state, clock.now(), by
    claim.save(update_fields=["state", "decided_at", "decided_by"])


def _has_its_address(actor: User, listing: Listing) -> bool:
    proved = EmailAddress.objects.filter(user=actor, verified=True)
    return bool(listing.email) and proved.filter(email__iexact=listing.email).exists()


def _tell_leads(claim: ListingClaim) -> None:
    if claim.state == State.ASKED:
        title = _("%(name)s says that they belong to %(listing)s")
        tell(
            User.objects.who_may(Permission.STEER),
            key=f"listing-claim:{claim.pk}",
            kind="listing_claim",
            title=title % {"name": claim.member.name, "listing": claim.listing.name},
            body=claim.note,
            path=LISTINGS,
        )


def _tell_whoever_asked(claim: ListingClaim) -> None:
    user = claim.member.user
    if user is None:
        return
    with override(user.language):
        granted = _("You look after %(listing)s now")
        refused = _("%(listing)s stays with whom it is")
    title = granted if claim.state == State.KEPT else refused
    tell(
        [user],
        key=f"listing-claim:{claim.pk}:{claim.decided_at:%Y%m%d%H%M%S}",
        kind="listing_decided",
        title=title % {"listing": claim.listing.name},
        path=claim.listing.get_absolute_url(),
    )
