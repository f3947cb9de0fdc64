"""What recognition keeps of a person: their ledger, what they want, honours, and entries that they look after."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from oneroof.accounts.models import AuditEntry
from oneroof.community.queries.known import members_of_holder
from oneroof.customers.belongings import Holder
from oneroof.notify.models import DispatchLine, Notice
from oneroof.recognition.models import Ask, Award, Badge, Contribution, Listing, ListingClaim, Willingness

GIVEN = ("at", "points", "source", "entry_id", "revoked_at", "because")
WANTS = ("listed_to", "skills", "wants_questions", "most_a_week", "from_hour", "to_hour", "changed_at")
CLAIM = ("at", "listing__name", "state", "note")
WIPED = "…"


def help_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    members = members_of_holder(holder)
    for row in Contribution.objects.filter(member__in=members).order_by("pk").values("kind", *GIVEN):
        yield {**row, "given": row["kind"], "kind": "contribution"}
    for row in Willingness.objects.filter(member__in=members).values(*WANTS):
        yield {"kind": "wish", **row}
    for row in Ask.objects.filter(member__in=members).order_by("pk").values("at", "entry_id", "passed_at"):
        yield {"kind": "asked for an answer", **row}
    for row in Badge.objects.filter(member__in=members).order_by("pk").values("at", "key"):
        yield {"kind": "badge", **row}
    for row in (
        Award.objects.filter(member__in=members).order_by("pk").values("chosen_at", "round__name", "citation")
    ):
        yield {"kind": "award", **row}
    for row in ListingClaim.objects.filter(member__in=members).order_by("pk").values(*CLAIM):
        yield {"kind": "entry of the directory", **row}


def erase_help(holder: Holder) -> int:
    """All of it; of an entry that they looked after, their address goes. The audit keeps that it was done."""
    members = list(members_of_holder(holder).values_list("pk", flat=True))
    claims = ListingClaim.objects.filter(member__in=members)
    _forget_deeds(members, claims)
    gone = Listing.objects.filter(email__in=holder.addresses).update(email="")
    for kept in (
        claims,
        Award.objects,
        Badge.objects,
        Ask.objects,
        Willingness.objects,
        Contribution.objects,
    ):
        gone += kept.filter(member__in=members).delete()[0]
    return gone


def _forget_deeds(members: list[int], claims: QuerySet[ListingClaim]) -> None:
    """What the audit and the leads' notices say of them."""
    told = claims.values_list("listing", flat=True)
    on = AuditEntry.objects.filter(on_kind="recognition.listing", on_id__in=[str(pk) for pk in told])
    on.filter(verb__in=("listing.given", "listing.refused")).update(after={})
    for kept in (Award, Willingness):
        ids = kept.objects.filter(member__in=members).values_list("pk", flat=True)
        named = AuditEntry.objects.filter(on_kind=kept._meta.label_lower, on_id__in=[str(pk) for pk in ids])
        named.update(on_name=WIPED, before={}, after={})
    keys = [f"listing-claim:{pk}" for pk in claims.values_list("pk", flat=True)]
    for sent in (Notice, DispatchLine):
        sent.objects.filter(key__in=keys).delete()
