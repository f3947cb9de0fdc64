"""What one has typed and not posted yet."""

from oneroof.accounts.models import User
from oneroof.community.models import Draft


def draft_of(reader: User, place: str) -> dict[str, str]:
    """The form's fields; empty where nothing is kept."""
    kept = Draft.objects.filter(member__user=reader, place=place).values_list("words", flat=True).first()
    return dict(kept or {})
