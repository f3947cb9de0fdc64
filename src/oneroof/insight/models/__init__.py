"""The rows of insight."""

from oneroof.insight.models.bursts import Burst, BurstProfile
from oneroof.insight.models.complaints import (
    OPEN_STATES,
    Complaint,
    ComplaintDay,
    ComplaintMember,
    ComplaintState,
    ComplaintTold,
    DigestedDay,
)
from oneroof.insight.models.reasons import By, Contact, Example, FoundGroup, PlacedPost, Reason
from oneroof.insight.models.slices import Product, SavedSlice, Side, SlicedDay, SlicedMonth, Tally
from oneroof.insight.models.spared import SparedCase

__all__ = [
    "OPEN_STATES",
    "Burst",
    "BurstProfile",
    "By",
    "Complaint",
    "ComplaintDay",
    "ComplaintMember",
    "ComplaintState",
    "ComplaintTold",
    "Contact",
    "DigestedDay",
    "Example",
    "FoundGroup",
    "PlacedPost",
    "Product",
    "Reason",
    "SavedSlice",
    "Side",
    "SlicedDay",
    "SlicedMonth",
    "SparedCase",
    "Tally",
]
