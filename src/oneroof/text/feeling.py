"""How the author feels, from -1 (bad) to 1 (good), or that nothing here can judge it.

English is judged by VADER (Hutto and Gilbert, ICWSM 2014). No lexicon at hand judges other languages well
enough, so they are unknown: None, and never 0, which would say that the post is neutral.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oneroof.text.vader import Analyzer

JUDGED_LANGUAGES = frozenset({"en"})
LONGEST = 1_000

# The usual limits of VADER's authors for calling a text negative or positive.
NEGATIVE = -0.05
POSITIVE = 0.05


def judge(text: str, lang: str | None) -> float | None:
    """VADER's compound score; None where the language is unknown or not judged."""
    if lang not in JUDGED_LANGUAGES or not text.strip():
        return None
    return _analyzer().compound(text[:LONGEST])


@cache
def _analyzer() -> "Analyzer":
    from oneroof.text.vader import Analyzer

    return Analyzer()
