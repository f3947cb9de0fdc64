"""What of a text is a link, a mention or a hashtag: Bluesky wants it said, by places in its UTF-8 bytes
(docs.bsky.app/docs/advanced-guides/post-richtext)."""

import re
from collections.abc import Callable
from typing import Any

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\"'.,;:!?)\]}»”’…]", re.IGNORECASE)
MENTION = re.compile(
    r"(?<![\w@/])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61})", re.IGNORECASE
)
HASHTAG = re.compile(r"(?<![\w#])#([^\W\d_]\w{0,63})")
FEATURE = "app.bsky.richtext.facet"


def facets_of(text: str, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """``did_of`` finds the account of a handle; where it finds none, the mention stays plain text."""
    links = [found.span() for found in LINK.finditer(text)]
    facets = [_facet(text, span, "link", uri=text[slice(*span)]) for span in links]
    facets += [
        _facet(text, found.span(), "mention", did=did)
        for found in MENTION.finditer(text)
        if not _is_within(found.start(), links) and (did := did_of(found.group(1).lower()))
    ]
    facets += [
        _facet(text, found.span(), "tag", tag=found.group(1))
        for found in HASHTAG.finditer(text)
        if not _is_within(found.start(), links)
    ]
    return sorted(facets, key=lambda facet: facet["index"]["byteStart"])


def _facet(text: str, span: tuple[int, int], kind: str, **feature: str) -> dict[str, Any]:
    start, end = (len(text[:place].encode()) for place in span)
    return {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": f"{FEATURE}#{kind}", **feature}],
    }


def _is_within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
