"""Where links of the old community lead to now."""

from django.urls import reverse

from oneroof.accounts.models import User
from oneroof.community.models import Entry, OldAddress, groups_known_to


def place_at(path: str, reader: User | None) -> str | None:
    """The oldest community's, where two brought the same address; None where the reader may not read it."""
    shown = Entry.objects.visible_to(reader).select_related("root")
    if entry := shown.filter(old_addresses__path=path).first():
        return entry.get_absolute_url()
    member = OldAddress.objects.filter(path=path).values_list("member", flat=True).first()
    return reverse("community:member", args=[member]) if member else None


def group_at(number: str, slug: str, reader: User | None) -> str | None:
    """By a category's number there, the oldest community's first, else by its name. None where it is secret."""
    brought = groups_known_to(reader).exclude(external_id="")
    found = brought.filter(external_id=number) if number else brought.filter(slug=slug)
    slugs = found.order_by("pk").values_list("slug", flat=True)
    return reverse("community:group", args=[slugs[0]]) if slugs else None
