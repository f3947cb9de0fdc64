"""Where links of the old community lead to now."""

from oneroof.accounts.models import User
from oneroof.community.models import Entry


def entry_at(path: str, reader: User | None) -> Entry | None:
    """The oldest community's, where two brought the same address; None where the reader may not read it."""
    shown = Entry.objects.visible_to(reader).select_related("root")
    return shown.filter(old_addresses__path=path).first()
