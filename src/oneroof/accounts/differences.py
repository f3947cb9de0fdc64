"""What changed between two states of something, for people to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal

from django.utils.translation import gettext as _

LINES_AROUND = 2

type Sign = Literal["+", "-", " ", "@"]
_SIGNS: Mapping[str, Sign] = {"+": "+", "-": "-", " ": " "}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that came (+), went (-) or stands near one that did (a space); @ stands for lines left out."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field; None where it was not told of, or had no value."""

    field: str
    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        return self.field.removeprefix("is_").replace("_", " ")


def lines_changed(before: str, after: str) -> list[Line]:
    """What came and what went, line by line; empty where nothing did."""
    told = list(unified_diff(before.splitlines(), after.splitlines(), n=LINES_AROUND, lineterm=""))
    lines = [Line(_SIGNS.get(line[:1], "@"), line[1:]) for line in told[2:]]
    return lines[1:] if lines and lines[0].sign == "@" else lines


def fields_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields of two states that differ, in the order in which they are told."""
    names = dict.fromkeys([*before, *after])
    changes = (Change(name, _as_text(before, name), _as_text(after, name)) for name in names)
    return [change for change in changes if change.before != change.after]


def _as_text(state: Mapping[str, Any], name: str) -> str | None:
    value = state.get(name)
    if value is None:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
