"""What is kept of a person, told and erased by every package that keeps some.

A package registers in its ``apps.py``::

    register_belongings(Belongings("posts", posts_of_holder, erase_posts))

``tell`` gives rows of plain values for the archive. ``erase`` takes away what the person wrote and what tells of
them, and says of how many rows; it is called inside the transaction that erases, before the person's own rows go,
rooms above first. ``names`` tells by what else others lead to them there.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

DISTINCTIVE = 5


@dataclass(frozen=True, slots=True)
class Holder:
    """A human: their rows, identities, and the handles, addresses and numbers by which others name them.

    ``forms`` are regular expressions of what leads to nobody else, such as a link to their page.
    """

    rows: Sequence[int]
    identity_ids: Sequence[int]
    marks: Sequence[str]
    forms: Sequence[str] = ()

    @property
    def pattern(self) -> str:
        """For their marks and forms, as PostgreSQL and Python read it alike; empty without any.

        A mark that could be a plain word is looked for behind an @ alone. Each is looked for as JSON and addresses
        write it, too.
        """
        marks = [mark if is_distinctive(mark) else f"@{mark}" for mark in self.marks]
        written = dict.fromkeys(
            form for mark in marks for form in (mark, json.dumps(mark)[1:-1], quote(mark, ""))
        )
        words = [re.escape(each) for each in written]
        named = [rf"(?<!\w)(?:{'|'.join(words)})(?!\w)"] if words else []
        return "|".join([*self.forms, *named])

    @property
    def addresses(self) -> Sequence[str]:
        """Of e-mail, as their books and as accounts write them."""
        written = [mark for mark in self.marks if "@" in mark]
        return sorted({*written, *map(str.lower, written)})


def is_distinctive(mark: str) -> bool:
    return len(mark) >= DISTINCTIVE and not mark.isalpha() and not mark.isdigit()


@dataclass(frozen=True, slots=True)
class Names:
    marks: Sequence[str] = ()
    forms: Sequence[str] = ()


type Name = Callable[[Holder], Names]
type Tell = Callable[[Holder], Iterable[Mapping[str, Any]]]
type Erase = Callable[[Holder], int]
type Batch = Callable[[Holder, int], int]


@dataclass(frozen=True, slots=True)
class Belongings:
    """Where there may be very much of a person, ``size`` counts it, and ``batch`` takes away so many at a time, in
    a transaction of its own; ``erase`` finds what is left."""

    key: str
    tell: Tell
    erase: Erase
    size: Erase | None = None
    batch: Batch | None = None
    names: Name | None = None


_belongings: dict[str, Belongings] = {}


def register_belongings(belongings: Belongings) -> None:
    """A second one of the same key takes the first one's place."""
    _belongings[belongings.key] = belongings


def all_belongings() -> Sequence[Belongings]:
    return tuple(_belongings.values())


def named_everywhere(holder: Holder) -> Holder:
    """With the marks and forms that only the rooms above know."""
    told = [each.names(holder) for each in all_belongings() if each.names]
    marks = {*holder.marks, *(mark for names in told for mark in names.marks if mark)}
    forms = [form for names in told for form in names.forms]
    return replace(holder, marks=sorted(marks, key=len, reverse=True), forms=forms)
