"""Where each CRM keeps what we take: by kind and field of ours the paths in its record, the first given counts.

Salesforce: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/ (Contact,
Account, Asset, Case), as its REST API writes records. HubSpot: https://developers.hubspot.com/docs/api/crm
(contacts, companies, deals, tickets), as its CRM API v3 writes objects. Pure.
"""

from collections.abc import Mapping
from types import MappingProxyType

type Paths = tuple[str, ...]
type Fields = dict[str, Paths]
type Dialects = Mapping[str, Mapping[str, Fields]]


def _own(*names: str) -> Fields:
    return {name: (name,) for name in ("id", "changed_at", "deleted", *names)}


OWN: Mapping[str, Fields] = {
    "person": _own(
        *("customer", "name", "first_name", "last_name", "email", "handles", "company", "company_id"),
        *("language", "since", "no_mail", "consent"),
    ),
    "company": _own("name"),
    "purchase": _own(
        "person", "purchased_at", "amount", "currency", "product", "version", "quantity", "is_won"
    ),
    "product": _own(
        "person", "product", "version", "since", "purchased_at", "amount", "currency", "quantity"
    ),
    "case": _own("person", "number", "subject", "status", "opened_at", "closed_at"),
}

_SALESFORCE: Fields = {
    "id": ("Id",),
    "changed_at": ("SystemModstamp", "LastModifiedDate"),
    "deleted": ("IsDeleted",),
}
SALESFORCE: Mapping[str, Fields] = {
    "person": _SALESFORCE
    | {
        "customer": (),
        "name": ("Name",),
        "first_name": ("FirstName",),
        "last_name": ("LastName",),
        "email": ("Email",),
        "handles": (),
        "company": ("Account.Name",),
        "company_id": ("AccountId",),
        "language": (),
        "since": ("CreatedDate",),
        "no_mail": ("HasOptedOutOfEmail",),
    },
    "company": _SALESFORCE | {"name": ("Name",)},
    "purchase": {},
    "product": _SALESFORCE
    | {
        "person": ("ContactId",),
        "product": ("Product2.Name", "Name"),
        "version": (),
        "since": ("InstallDate", "PurchaseDate", "CreatedDate"),
        "purchased_at": ("PurchaseDate",),
        "amount": ("Price",),
        "currency": ("CurrencyIsoCode",),
        "quantity": ("Quantity",),
    },
    "case": _SALESFORCE
    | {
        "person": ("ContactId",),
        "number": ("CaseNumber",),
        "subject": ("Subject",),
        "status": ("Status",),
        "opened_at": ("CreatedDate",),
        "closed_at": ("ClosedDate",),
    },
}

_HUBSPOT: Fields = {
    "id": ("id", "properties.hs_object_id"),
    "changed_at": ("properties.lastmodifieddate", "properties.hs_lastmodifieddate", "updatedAt"),
    "deleted": ("archived",),
}
_CONTACT: Paths = ("associations.contacts.results.0.id",)
HUBSPOT: Mapping[str, Fields] = {
    "person": _HUBSPOT
    | {
        "customer": (),
        "name": (),
        "first_name": ("properties.firstname",),
        "last_name": ("properties.lastname",),
        "email": ("properties.email",),
        "handles": (),
        "company": ("properties.company",),
        "company_id": ("properties.associatedcompanyid",),
        "language": ("properties.hs_language",),
        "since": ("properties.createdate", "createdAt"),
        "no_mail": ("properties.hs_email_optout",),
    },
    "company": _HUBSPOT | {"name": ("properties.name",)},
    "purchase": _HUBSPOT
    | {
        "person": _CONTACT,
        "purchased_at": ("properties.closedate",),
        "amount": ("properties.amount",),
        "currency": ("properties.deal_currency_code",),
        "product": ("properties.dealname",),
        "version": (),
        "quantity": (),
        "is_won": ("properties.hs_is_closed_won",),
    },
    "product": {},
    "case": _HUBSPOT
    | {
        "person": _CONTACT,
        "number": ("id",),
        "subject": ("properties.subject",),
        "status": ("properties.hs_pipeline_stage",),
        "opened_at": ("properties.createdate", "createdAt"),
        "closed_at": ("properties.closed_date",),
    },
}

DIALECTS: Dialects = MappingProxyType({"own": OWN, "salesforce": SALESFORCE, "hubspot": HUBSPOT})
OBJECTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "own": {kind: kind for kind in OWN},
        "salesforce": {"Contact": "person", "Account": "company", "Asset": "product", "Case": "case"},
        "hubspot": {
            "contact": "person",
            "contacts": "person",
            "0-1": "person",
            "company": "company",
            "companies": "company",
            "0-2": "company",
            "deal": "purchase",
            "deals": "purchase",
            "0-3": "purchase",
            "ticket": "case",
            "tickets": "case",
            "0-5": "case",
        },
    }
)
"""Their name of an object, and our kind."""
NAMED_BY = MappingProxyType({"own": "kind", "salesforce": "attributes.type", "hubspot": "objectType"})
"""Where a record says what it is."""


def fields_of(dialect: str, kind: str, changed: Mapping[str, str]) -> Fields:
    """With what the company changed: ``{"person.language": "Language__c"}``."""
    own = dict(DIALECTS[dialect][kind])
    told = {name.partition(".")[2]: path for name, path in changed.items() if name.partition(".")[0] == kind}
    return own | {field: (path,) for field, path in told.items()}


def object_name(dialect: str, kind: str) -> str:
    """What they call it first; empty of what they have no object for."""
    return next((name for name, ours in OBJECTS[dialect].items() if ours == kind), "")


def at(record: object, path: str) -> object:
    """What lies at ``Account.Name`` or ``associations.contacts.results.0.id``; None where nothing does."""
    found = record
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdigit():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found
