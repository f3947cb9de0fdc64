"""Which members somebody is, by the handles under which the community's posts are heard."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from oneroof.community.models import Member
from oneroof.customers.belongings import Holder
from oneroof.customers.models import Identity

NETWORK, HANDLE = "community", "member-"


def members_of(identity_ids: Sequence[int]) -> list[int]:
    handles = Identity.objects.filter(pk__in=identity_ids, network=NETWORK).values_list("handle", flat=True)
    return [int(number) for handle in handles if (number := handle.removeprefix(HANDLE)).isdecimal()]


def people_of_members(member_ids: Iterable[int]) -> QuerySet[Identity]:
    """By which these members are known."""
    handles = [f"{HANDLE}{number}" for number in member_ids]
    return Identity.objects.filter(network=NETWORK, handle_folded__in=handles)


def members_of_holder(holder: Holder) -> QuerySet[Member]:
    """Whom listening knows by what they wrote here, who proves it by an address, and whom they took over."""
    mine = Q(pk__in=members_of(holder.identity_ids)) | Q(person__in=holder.rows)
    theirs = mine | Q(claim_email__in=holder.addresses) | Q(user__email__in=holder.addresses)
    found = Member.objects.filter(theirs)
    return Member.objects.filter(Q(pk__in=found) | Q(merged_into__in=found))
