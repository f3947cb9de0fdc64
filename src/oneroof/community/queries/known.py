"""Which members somebody is, by the handles under which the community's posts are heard."""

from collections.abc import Sequence

from oneroof.customers.models import Identity

NETWORK, HANDLE = "community", "member-"


def members_of(identity_ids: Sequence[int]) -> list[int]:
    handles = Identity.objects.filter(pk__in=identity_ids, network=NETWORK).values_list("handle", flat=True)
    return [int(number) for handle in handles if (number := handle.removeprefix(HANDLE)).isdecimal()]
