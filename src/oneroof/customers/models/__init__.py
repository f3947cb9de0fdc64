"""People and their handles, what joins them, and what the company knows of them."""

from oneroof.customers.models.consent import Consent, RetentionRule
from oneroof.customers.models.erasures import Erasure
from oneroof.customers.models.links import Evidence, Link, LinkState, LinkStep
from oneroof.customers.models.origin import ReferralCode, ReferralVisit, Touch, Way
from oneroof.customers.models.people import Customer, Identity, Person, PersonQuerySet, StatedHandle
from oneroof.customers.models.purchases import Purchase
from oneroof.customers.models.reach import Reach, Teller
from oneroof.customers.models.segments import Segment
from oneroof.customers.models.value import ValueModel

__all__ = [
    "Consent",
    "Customer",
    "Erasure",
    "Evidence",
    "Identity",
    "Link",
    "LinkState",
    "LinkStep",
    "Person",
    "PersonQuerySet",
    "Purchase",
    "Reach",
    "ReferralCode",
    "ReferralVisit",
    "RetentionRule",
    "Segment",
    "StatedHandle",
    "Teller",
    "Touch",
    "ValueModel",
    "Way",
]
