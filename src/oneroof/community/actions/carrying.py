"""How many replies on other networks an entry carried; the room above counts them."""

from oneroof.community.models import Entry


def set_carried(entry_id: int, replies: int) -> None:
    Entry.objects.filter(pk=entry_id).exclude(carried=replies).update(carried=replies)
