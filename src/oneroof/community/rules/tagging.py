"""The names of tags, out of what somebody typed. Pure."""

import re

MOST, LONGEST = 5, 60
_NOT_IN_A_NAME = re.compile(r"[^\w.+#-]+")


def tag_names(typed: str) -> list[str]:
    """``Tea pots, descaling`` gives ``tea-pots`` and ``descaling``: lower case, each once, in their order."""
    parts = (_NOT_IN_A_NAME.sub("-", part.strip().lower()).strip("-.")[:LONGEST] for part in typed.split(","))
    return list(dict.fromkeys(name for name in parts if name))
