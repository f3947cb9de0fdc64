"""What somebody told another room is looked through for its reason, as contacts are."""

from datetime import datetime

from oneroof.insight.models import Contact


def hear_contact(
    external_id: str, channel: str, opened_at: datetime, text: str, *, customer: str, identity_id: int | None
) -> None:
    """Once; said again under its name, the newer words take the older ones' place and are placed anew."""
    told = {"channel": channel, "opened_at": opened_at, "text": text, "customer": customer}
    Contact.objects.update_or_create(
        external_id=external_id, defaults={**told, "identity_id": identity_id, "placed_at": None}
    )
