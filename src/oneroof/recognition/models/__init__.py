"""Those who carry the community: what they gave, what they want, and how they are honoured."""

from oneroof.recognition.models.directory import Listing
from oneroof.recognition.models.ledger import Badge, Contribution, Standing
from oneroof.recognition.models.mvp import Award, Round
from oneroof.recognition.models.routing import Ask, Willingness

__all__ = ["Ask", "Award", "Badge", "Contribution", "Listing", "Round", "Standing", "Willingness"]
