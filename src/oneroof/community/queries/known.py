"""Which members somebody is, by the handles under which the community's posts are heard."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from oneroof.customers.models import Identity

NETWORK, HANDLE = "community", "member-"


def members_of(identity_ids: Sequence[int]) -> list[int]:
    handles = Identity.objects.filter(pk__in=identity_ids, network=NETWORK).values_list("handle", flat=True)
    return [int(number) for handle in handles if (number := handle.removeprefix(HANDLE)).isdecimal()]


def people_of_members(member_ids: Iterable[int]) -> QuerySet[Identity]:
    """By which these members are known."""
    handles = [f"{HANDLE}{number}" for number in member_ids]
    return Identity.objects.filter(network=NETWORK, handle_folded__in=handles)
