"""What groups are called in addresses, and what a claim of single sign-on says. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

SLUG_LENGTH = 60


def slug_of(name: str) -> str:
    return slugify(name, allow_unicode=True)[:SLUG_LENGTH].strip("-") or "group"


def values_of(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """What is said under a name, as text: one value or a list, also where a provider keeps its answers apart.

    ``{"userinfo": {"groups": ["a"]}}`` and ``{"groups": "a"}`` both say a.
    """
    layers = [claims, *(each for each in claims.values() if isinstance(each, Mapping))]
    said = [layer[name] for layer in layers if name in layer]
    return frozenset(str(value) for each in said for value in (each if isinstance(each, list) else [each]))
