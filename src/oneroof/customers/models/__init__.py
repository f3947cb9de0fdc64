"""People and their handles, what joins them, and what the company knows of them."""

from oneroof.customers.models.books import Asset, Case
from oneroof.customers.models.consent import Consent, RetentionRule
from oneroof.customers.models.crm import (
    CrmDispatch,
    CrmErased,
    CrmReceipt,
    CrmRecord,
    CrmSync,
    Dialect,
    DispatchState,
    EventKind,
    RecordKind,
    Topic,
)
from oneroof.customers.models.erasures import Erasure
from oneroof.customers.models.links import Evidence, Link, LinkState, LinkStep
from oneroof.customers.models.origin import ReferralCode, ReferralVisit, Touch, Way
from oneroof.customers.models.people import Customer, Identity, Person, PersonQuerySet, StatedHandle
from oneroof.customers.models.purchases import Purchase
from oneroof.customers.models.reach import Reach, Teller
from oneroof.customers.models.segments import Segment
from oneroof.customers.models.value import ValueModel

__all__ = [
    "Asset",
    "Case",
    "Consent",
    "CrmDispatch",
    "CrmErased",
    "CrmReceipt",
    "CrmRecord",
    "CrmSync",
    "Customer",
    "Dialect",
    "DispatchState",
    "Erasure",
    "EventKind",
    "Evidence",
    "Identity",
    "Link",
    "LinkState",
    "LinkStep",
    "Person",
    "PersonQuerySet",
    "Purchase",
    "Reach",
    "RecordKind",
    "ReferralCode",
    "ReferralVisit",
    "RetentionRule",
    "Segment",
    "StatedHandle",
    "Teller",
    "Topic",
    "Touch",
    "ValueModel",
    "Way",
]
