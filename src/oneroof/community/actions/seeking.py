"""How a search at the door ended. Open to everybody; nothing in it leads to a person."""

import hashlib
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Sought
from oneroof.core import clock

TEXT_LENGTH = 300


def count_sought(
    reader: User | None, text: str, outcome: str, *, visitor: str, entry_id: int | None = None
) -> Sought:
    """Once a visitor, text and day; the last word counts. ``visitor`` tells browsers apart, and is not kept."""
    text = " ".join(text.replace("\0", "").split())[:TEXT_LENGTH]
    if not text or outcome not in Sought.Outcome.values:
        raise CommunityError(_("There is nothing to count."))
    seen = Entry.objects.visible_to(reader).filter(pk=entry_id).first() if entry_id else None
    day = clock.now().date()
    row, _is_new = Sought.objects.update_or_create(
        day=day,
        visitor=digest_of(visitor, day),
        text=text,
        defaults={"outcome": outcome, "entry": seen, "at": clock.now(), "is_signed_in": reader is not None},
    )
    return row


def digest_of(visitor: str, day: date) -> str:
    """Tells visitors of one day apart, and leads to nobody."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{day}:{visitor}".encode()).hexdigest()[:32]
