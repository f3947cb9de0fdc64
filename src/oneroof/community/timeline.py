"""What a member was told of, for the timeline of the person they are."""

from collections.abc import Sequence
from datetime import datetime

from oneroof.community.actions.hearing import NETWORK
from oneroof.customers.models import Identity
from oneroof.customers.timeline import Entry
from oneroof.notify.models import Notice


def notices_to(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest notices to the accounts of these identities; see :mod:`oneroof.customers.timeline`."""
    handles = Identity.objects.filter(pk__in=identity_ids, network=NETWORK).values_list("handle", flat=True)
    members = [int(number) for handle in handles if (number := handle.removeprefix("member-")).isdecimal()]
    told = Notice.objects.filter(user__community_member__in=members, at__lte=until)
    return [
        Entry(
            key=f"notice:{each.pk:020}",
            at=each.at,
            icon="bell",
            title=each.title,
            is_ours=True,
        )
        for each in told.order_by("-at", "-id")[:limit]
    ]
