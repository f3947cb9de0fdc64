"""What somebody told another room is looked through for its reason, as contacts are."""

from collections.abc import Sequence
from datetime import datetime

from oneroof.insight.models import Contact, Example


def hear_contact(
    external_id: str, channel: str, opened_at: datetime, text: str, *, customer: str, identity_id: int | None
) -> None:
    """Once; said again under its name, the newer words take the older ones' place and are placed anew."""
    told = {"channel": channel, "opened_at": opened_at, "text": text, "customer": customer}
    Contact.objects.update_or_create(
        external_id=external_id, defaults={**told, "identity_id": identity_id, "placed_at": None}
    )


def forget_contacts(external_ids: Sequence[str]) -> int:
    """That there was a contact stays, with its reason and cost, for the figures; it is nobody's then."""
    contacts = Contact.objects.filter(external_id__in=external_ids)
    keys = [f"contact {pk}" for pk in contacts.values_list("pk", flat=True)]
    Example.objects.filter(key__in=keys).delete()
    return contacts.update(text="", customer="", identity=None)
