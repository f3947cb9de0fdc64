"""The feeds that a web page names (``<link rel="alternate">``). Pure."""

import html
import re
from urllib.parse import urljoin

LINK = re.compile(r"<link\b([^>]{1,2000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"([a-z\-]{1,20})\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
READ = 200_000
MOST = 10


def feeds_of_page(markup: str, url: str) -> tuple[str, ...]:
    """Their addresses, in the page's order; those alone that are web addresses."""
    found: dict[str, None] = {}
    for link in LINK.finditer(markup[:READ]):
        attributes = _attributes(link[1])
        is_named = "alternate" in attributes.get("rel", "").lower().split()
        if is_named and attributes.get("type", "").partition(";")[0].strip().lower() in TYPES:
            address = _joined(url, attributes.get("href", ""))
            if address.startswith(("https://", "http://")):
                found[address] = None
    return tuple(found)[:MOST]


def _attributes(written: str) -> dict[str, str]:
    values = {}
    for name, double, single, bare in ATTRIBUTE.findall(written):
        values[name.lower()] = html.unescape(double or single or bare)
    return values


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
