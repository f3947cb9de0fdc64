"""What every machine that translates has: how it is asked, and how its answer is read. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


class UnreadableTranslationError(ValueError):
    """The machine answered, and not with what was asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of HTML, from a language into another: ISO 639-1."""

    pieces: Sequence[str]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    content: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Provider:
    """``needs_address``: one runs it oneself, or chooses among several. ``read`` gives a piece for each that was
    asked for, or raises UnreadableTranslationError."""

    key: str
    title: str
    write: Callable[[Mapping[str, str], Wanted], Request]
    read: Callable[[bytes], list[str]]
    usual_address: str
    needs_key: bool
    refusals: Mapping[int, str | Promise]
