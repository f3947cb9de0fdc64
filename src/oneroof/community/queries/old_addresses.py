"""Where links of the old community lead to now."""

from django.urls import reverse

from oneroof.accounts.models import User
from oneroof.community.models import Entry, OldAddress


def place_at(path: str, reader: User | None) -> str | None:
    """The oldest community's, where two brought the same address; None where the reader may not read it."""
    shown = Entry.objects.visible_to(reader).select_related("root")
    if entry := shown.filter(old_addresses__path=path).first():
        return entry.get_absolute_url()
    member = OldAddress.objects.filter(path=path).values_list("member", flat=True).first()
    return reverse("community:member", args=[member]) if member else None
