"""Which colleagues a note names: ``@`` and a name, or a first name that only one has. Pure."""

import re
from collections.abc import Mapping

FIRST_NAMES_FROM = 2  # letters


def mentioned(text: str, people: Mapping[int, str]) -> set[int]:
    """The ids of those named; ``people`` are names by id. The longest name that stands there is meant."""
    by_name = _by_name(people)
    names = sorted(by_name, key=len, reverse=True)
    if not names:
        return set()
    pattern = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, names))})(?!\w)")
    return {person for found in pattern.findall(text.casefold()) for person in by_name[found]}


def _by_name(people: Mapping[int, str]) -> dict[str, set[int]]:
    """Full names, also one that two share; and first names that nobody else has."""
    full: dict[str, set[int]] = {}
    first: dict[str, set[int]] = {}
    for person, name in people.items():
        words = name.casefold().split()
        full.setdefault(" ".join(words), set()).add(person)
        if words and len(words[0]) >= FIRST_NAMES_FROM:
            first.setdefault(words[0], set()).add(person)
    full.pop("", None)
    return {name: ids for name, ids in first.items() if len(ids) == 1} | full
