"""The meaning of a watch: a tree of conditions. Places in the query's text take no part in equality."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Feature(StrEnum):
    LINK = "link"
    IMAGE = "image"
    QUESTION = "question"


class Count(StrEnum):
    FOLLOWERS = "followers"
    REPOSTS = "reposts"


@dataclass(frozen=True, slots=True)
class Place:
    start: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase: each term stands at its offset from where the phrase begins.

    With `is_prefix` the last term is the beginning of a word.
    """

    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    is_prefix: bool = False
    place: Place = field(default=Place(), compare=False, repr=False)

    @property
    def width(self) -> int:
        """How far the last word stands from the first."""
        return self.offsets[-1]


@dataclass(frozen=True, slots=True)
class Near:
    """Operands that stand close to their neighbours in the chain, in either order.

    Each operand is a choice of words. `distances[i]` is the most steps there may be between the words that
    face each other of operands i and i + 1, which do not overlap.
    """

    operands: tuple[tuple[Words, ...], ...]
    distances: tuple[int, ...]
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class From:
    handle: str
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    feature: Feature
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    count: Count
    operator: str
    """One of >, >=, <, <=, =."""
    number: int
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"
    place: Place = field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


type Field = From | Source | Language | Has | Compare
type Condition = Words | Near | From | Source | Language | Has | Compare
type Node = Condition | Not | And | Or


@dataclass(frozen=True, slots=True)
class Hint:
    """What the writer perhaps meant otherwise; `message` and `params` as in WatchSyntaxError."""

    message: str
    params: dict[str, str | int]
    position: int
    length: int


@dataclass(frozen=True, slots=True)
class Query:
    root: Node
    hints: tuple[Hint, ...] = field(default=(), compare=False)


UNKNOWN_LANGUAGE: Final = "unknown"
