"""What every carrier has: the fields of its form, how a message is written, and what may be done twice. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from django.utils.functional import Promise

MOST_LINES = 20
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as it leaves: ``title`` and ``text`` are plain, ``url`` is absolute, ``text`` may be empty."""

    title: str
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Several notices as one message. ``heading`` is one line, ``more`` says how many have no line here, and
    ``transaction`` is the same each time this message is sent."""

    transaction: str
    heading: str
    lines: Sequence[Line]
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent, once."""

    url: str
    content: bytes
    headers: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked for. What is ``secret`` is never shown again."""

    key: str
    label: str | Promise
    help: str | Promise = ""
    secret: bool = False
    check: Callable[[str], str | Promise | None] = field(default=lambda _text: None)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One way out of the house. ``may_repeat``: the same message sent twice arrives once."""

    key: str
    title: str
    fields: tuple[Field, ...]
    write: Callable[[Mapping[str, str], Message], Request]
    may_repeat: bool = False
    dead: frozenset[int] = frozenset()
    """Answers after which the outlet is no more, so that it goes and nobody is asked."""


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def in_path(text: str) -> str:
    """One segment of a path, whatever is in it."""
    return quote(text, safe="")
