"""What the API's routes of customers give."""

from datetime import datetime

from ninja import Schema

from oneroof.customers.actions.crm_taking import Taken
from oneroof.customers.models import Identity, Person


class IdentityOut(Schema):
    id: int
    network: str
    handle: str
    name: str
    followers: int | None
    first_seen_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, identity: Identity) -> "IdentityOut":
        return cls.from_orm(identity)


class PersonOut(Schema):
    id: int
    name: str
    language: str | None
    created_at: datetime
    identities: list[IdentityOut]

    @classmethod
    def of(cls, person: Person) -> "PersonOut":
        return cls(
            id=person.pk,
            name=person.name,
            language=person.language or None,
            created_at=person.created_at,
            identities=[IdentityOut.of(identity) for identity in person.identities.all()],
        )


class PeopleOut(Schema):
    items: list[PersonOut]
    next: str | None


class RejectedOut(Schema):
    index: int
    reason: str


class CrmInboxOut(Schema):
    """``older``: what is here was changed later. ``erased``: of people who were erased, and not taken."""

    is_new: bool
    stored: int
    older: int
    erased: int
    rejected: list[RejectedOut]

    @classmethod
    def of(cls, taken: Taken) -> "CrmInboxOut":
        receipt = taken.receipt
        counts = {
            name: getattr(receipt, name) if taken.is_new else 0 for name in ("stored", "older", "erased")
        }
        return cls(is_new=taken.is_new, rejected=receipt.rejected if taken.is_new else [], **counts)
