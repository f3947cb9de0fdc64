"""What a text is about and how it feels, as it is sliced. Pure."""

import re
from collections.abc import Sequence

from oneroof.text.tokens import fold

CLEARLY = 0.05
"""VADER's own limit of what is positive or negative."""


def feeling_class(feeling: float | None) -> int | None:
    """-1, 0 or 1; None where it is not known."""
    if feeling is None:
        return None
    return 1 if feeling >= CLEARLY else -1 if feeling <= -CLEARLY else 0


class Products:
    """Finds of which product a text speaks: of the one that it names first."""

    def __init__(self, words: Sequence[tuple[int, Sequence[str]]]) -> None:
        self._ids = {fold(word): pk for pk, of_one in words for word in of_one if word.strip()}
        longest_first = sorted(self._ids, key=len, reverse=True)
        found = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None

    def of(self, text: str) -> int | None:
        found = self._pattern.search(fold(text)) if self._pattern else None
        return self._ids[found[0]] if found else None
