"""The names of tags, out of what somebody typed. Pure."""

import re
from itertools import pairwise

MOST, LONGEST = 5, 60
_NOT_IN_A_NAME = re.compile(r"[^\w.+#-]+")


def tag_names(typed: str) -> list[str]:
    """``Tea pots, descaling`` gives ``tea-pots`` and ``descaling``: lower case, each once, in their order."""
    parts = (_NOT_IN_A_NAME.sub("-", part.strip().lower()).strip("-.")[:LONGEST] for part in typed.split(","))
    return list(dict.fromkeys(name for name in parts if name))


def names_in(text: str) -> list[str]:
    """What of a text may be the name of a tag: each word, and two that stand side by side."""
    words = [name for word in text.split() for name in tag_names(word.strip("¿?¡!.;:()\"'"))]
    return list(dict.fromkeys([*words, *(f"{one}-{two}" for one, two in pairwise(words))]))
