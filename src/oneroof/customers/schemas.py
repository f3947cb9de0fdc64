"""What the API's routes of customers give."""

from datetime import datetime

from ninja import Schema

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
