"""When an article shows signs of age. Pure."""

import re
from collections.abc import Iterable
from math import sqrt

from oneroof.core.steps import links_of

NEGATIVE = -0.3
"""A feeling (-1 to 1) from here down is a complaint."""
FEWEST_SAID = 8
LEAST_FALL = 0.15
SURE = 1.645
"""Standard normal quantile of 95 %, one-sided."""
DEAD = frozenset({404, 410})
"""Other refusals (403, 429, 5xx) are about us, or about today."""
DEAD_AFTER = 2
MOST_LINKS = 100
_PARTS = re.compile(r"\d+|[^\W\d_]+")


def is_falling(before: tuple[int, int], lately: tuple[int, int]) -> bool:
    """Each is (helped, did not). Two shares by a one-sided test (95 %); with little before, against a half."""
    helped, said = lately[0], sum(lately)
    if said < FEWEST_SAID:
        return False
    earlier, earlier_said = before[0], sum(before)
    if earlier_said < FEWEST_SAID:
        return helped / said + SURE * sqrt(0.25 / said) < 0.5
    fall = earlier / earlier_said - helped / said
    pooled = (helped + earlier) / (said + earlier_said)
    error = sqrt(pooled * (1 - pooled) * (1 / said + 1 / earlier_said))
    return fall >= LEAST_FALL and fall > SURE * error


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Orders versions as people count them: 2.10 after 2.9, and a word below a number."""
    parts = _PARTS.findall(version.lower())
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


def newest_beyond(covered: Iterable[str], owned: Iterable[str]) -> str:
    """The newest version that is owned and later than all that are covered; empty where there is none."""
    known = [version_key(each) for each in covered if _has_number(each)]
    if not known:
        return ""
    later = [each for each in owned if _has_number(each) and version_key(each) > max(known)]
    return max(later, key=version_key, default="")


def _has_number(version: str) -> bool:
    return any(sign.isdigit() for sign in version)


def web_links(body: str) -> list[str]:
    """Where its links lead, each once, without the part after #."""
    found = (link.partition("#")[0] for link in links_of(body))
    return list(dict.fromkeys(link for link in found if link.startswith(("http://", "https://"))))[
        :MOST_LINKS
    ]
