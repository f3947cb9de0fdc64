"""From a row of a file to a contact: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from oneroof.core.files import Fields, UnreadableRowError
from oneroof.core.files.values import TEXT_LIMIT, amount, moment, moment_or_none, word

FIELDS = Fields(
    required=("external_id", "channel", "opened_at"),
    optional=("customer", "reason", "text", "closed_at", "cost"),
)


@dataclass(frozen=True, slots=True)
class RawContact:
    external_id: str
    channel: str
    opened_at: datetime
    customer: str
    reason: str
    text: str
    closed_at: datetime | None
    cost: Decimal | None


def contact_of(fields: Mapping[str, object]) -> RawContact:
    """Raises UnreadableRowError."""
    opened_at, closed_at = moment(fields, "opened_at"), moment_or_none(fields, "closed_at")
    if closed_at and closed_at < opened_at:
        raise UnreadableRowError("closed_at lies before opened_at")
    cost = amount(fields, "cost")
    if cost is not None and cost < 0:
        raise UnreadableRowError("cost is below zero")
    return RawContact(
        external_id=word(fields, "external_id", limit=500, required=True),
        channel=word(fields, "channel", limit=60, required=True),
        opened_at=opened_at,
        customer=word(fields, "customer", limit=320),
        reason=" ".join(word(fields, "reason", limit=120).split()),
        text=word(fields, "text", limit=TEXT_LIMIT),
        closed_at=closed_at,
        cost=cost,
    )
