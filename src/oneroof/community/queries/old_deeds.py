"""What was done to an entry in the community that it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Entry, OldDeed

MOST = 100
COMPLAINTS = (OldDeed.What.SPAM, OldDeed.What.OFFENSIVE, OldDeed.What.REPORTED)


@dataclass(frozen=True, slots=True)
class ShownDeed:
    """``to`` is what it links with, where the reader may read that."""

    deed: OldDeed
    to: Entry | None


def old_deeds_on(reader: User | None, entry: Entry) -> Sequence[ShownDeed]:
    """The newest first, links from elsewhere included; complaints are for moderators."""
    found = OldDeed.objects.filter(Q(entry=entry) | Q(other=entry)).select_related("member")
    if reader is None or not reader.may(Permission.MODERATE):
        found = found.exclude(what__in=COMPLAINTS)
    deeds = list(found.order_by("-at", "-pk")[:MOST])
    ends = {end for deed in deeds for end in (deed.entry_id, deed.other_id) if end and end != entry.pk}
    shown = Entry.objects.visible_to(reader).select_related("root").in_bulk(ends)
    return [ShownDeed(deed, shown.get(_end_of(deed, entry))) for deed in deeds]


def _end_of(deed: OldDeed, entry: Entry) -> int:
    return (deed.other_id if deed.entry_id == entry.pk else deed.entry_id) or 0
