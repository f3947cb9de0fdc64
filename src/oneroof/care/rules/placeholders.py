"""Placeholders of saved replies: names in double braces, and nothing that could be run. Pure."""

import re
from collections.abc import Mapping

KNOWN = ("name", "first_name", "handle", "agent", "source", "today")
PLACEHOLDER = re.compile(r"\{\{\s*(\w*)\s*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each known placeholder with its value; an unknown one stays as it stands. Values are not read again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_placeholders(text: str) -> list[str]:
    return [name for name in PLACEHOLDER.findall(text) if name not in KNOWN]
