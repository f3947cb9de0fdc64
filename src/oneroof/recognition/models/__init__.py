"""Those who carry the community: what they gave, what they want, and how they are honoured."""

from oneroof.recognition.models.directory import Listing, ListingClaim
from oneroof.recognition.models.ledger import Badge, Contribution, Standing
from oneroof.recognition.models.mvp import Award, Round
from oneroof.recognition.models.routing import Ask, Audience, Willingness

__all__ = [
    "Ask",
    "Audience",
    "Award",
    "Badge",
    "Contribution",
    "Listing",
    "ListingClaim",
    "Round",
    "Standing",
    "Willingness",
]
