"""What a member was told of, for the timeline of the person they are."""

from collections.abc import Sequence
from datetime import datetime

from oneroof.community.queries.known import members_of
from oneroof.customers.timeline import Entry
from oneroof.notify.models import Notice


def notices_to(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest notices to the accounts of these identities; see :mod:`oneroof.customers.timeline`."""
    members = members_of(identity_ids)
    if not members:
        return []
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
