"""People and their handles, what joins them, and what the company knows of them."""

from oneroof.customers.models.links import Evidence, Link, LinkState, LinkStep
from oneroof.customers.models.people import Customer, Identity, Person, PersonQuerySet

__all__ = ["Customer", "Evidence", "Identity", "Link", "LinkState", "LinkStep", "Person", "PersonQuerySet"]
