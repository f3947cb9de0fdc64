"""The part of a long post that a list shows: pure."""

from collections.abc import Sequence

SEEN = 70
"""A hit that begins by then is seen in two short lines."""
BEFORE = 40
LONGEST = 300
type Spans = list[tuple[int, int]]


def excerpt(text: str, spans: Sequence[tuple[int, int]], most: int = LONGEST) -> tuple[str, Spans]:
    """The beginning, or, where the first hit lies further on, what stands around it; spans move along."""
    first = spans[0][0] if spans else 0
    if first < SEEN:
        start = 0
    else:
        start = text.find(" ", max(0, first - BEFORE), first) + 1 or max(0, first - BEFORE)
    end = start + most
    sign = "…" if start else ""
    shift = start - len(sign)
    shown = sign + text[start:end] + ("…" if end < len(text) else "")
    inside = [(max(a, start) - shift, min(b, end) - shift) for a, b in spans if a < end and b > start]
    return shown, inside
