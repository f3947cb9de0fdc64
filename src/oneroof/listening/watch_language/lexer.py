"""A watch's text as symbols."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from oneroof.listening.watch_language import limits
from oneroof.listening.watch_language.errors import Fault, WatchSyntaxError
from oneroof.listening.watch_language.nodes import Place

_QUOTES = '"“”„‟«»＂'
_STRETCH = re.compile(
    rf"\s+|(?P<open>[(（])|(?P<shut>[)）])|(?P<quote>[{_QUOTES}])|(?P<chunk>[^\s()（）{_QUOTES}]+)"
)
_CLOSING = re.compile(f"[{_QUOTES}]")
_FIELD = re.compile(r"([A-Za-z]+)[:：](.*)", re.DOTALL)
_NEAR = re.compile(r"NEAR(?:/(.*))?$", re.DOTALL)
_DASHES = "-−–"

FIELDS = ("from", "source", "lang", "has", "followers", "reposts")


class Sign(Enum):
    OPEN = auto()
    SHUT = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    DASH = auto()
    NEAR = auto()
    PHRASE = auto()
    FIELD = auto()
    WORD = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Symbol:
    sign: Sign
    text: str
    start: int
    end: int
    value: str = ""
    """The value that stands right after a field's colon."""

    @property
    def place(self) -> Place:
        return Place(self.start, self.end - self.start)


_OPERATORS = {"AND": Sign.AND, "OR": Sign.OR, "NOT": Sign.NOT}


def read_symbols(query: str) -> Iterator[Symbol]:
    """The symbols in order, with one END; bounded by the query's length."""
    at = 0
    while found := _STRETCH.match(query, at):
        at = found.end()
        if found["chunk"]:
            yield from _chunk_symbols(query, found.start(), at)
        elif found["quote"]:
            phrase = _phrase_symbol(query, found.start())
            at = phrase.end
            yield phrase
        elif found["open"]:
            yield Symbol(Sign.OPEN, found[0], found.start(), at)
        elif found["shut"]:
            yield Symbol(Sign.SHUT, found[0], found.start(), at)
    yield Symbol(Sign.END, "", len(query), len(query))


def _phrase_symbol(query: str, start: int) -> Symbol:
    closing = _CLOSING.search(query, start + 1)
    if closing is None:
        raise WatchSyntaxError(Fault.UNCLOSED_QUOTE, start)
    return Symbol(Sign.PHRASE, query[start + 1 : closing.start()], start, closing.end())


def _chunk_symbols(query: str, start: int, end: int) -> Iterator[Symbol]:
    while start < end and query[start] in _DASHES:
        yield Symbol(Sign.DASH, query[start], start, start + 1)
        start += 1
    if start < end:
        yield _chunk_symbol(query[start:end], start, end, query[end : end + 1])


def _chunk_symbol(chunk: str, start: int, end: int, following: str) -> Symbol:
    if sign := _OPERATORS.get(chunk):
        return Symbol(sign, chunk, start, end)
    if chunk.startswith("NEAR") and (near := _NEAR.match(chunk)):
        return _near_symbol(near, start, end)
    if (":" in chunk or "：" in chunk) and (named := _FIELD.match(chunk)):
        return _field_symbol(named, start, end, following)
    return Symbol(Sign.WORD, chunk, start, end)


def _near_symbol(near: re.Match[str], start: int, end: int) -> Symbol:
    number = near[1] or ""
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    if not is_number or not 1 <= int(number) <= limits.NEAR_WORDS:
        raise WatchSyntaxError(Fault.NEAR_NUMBER, start, end - start, limit=limits.NEAR_WORDS)
    return Symbol(Sign.NEAR, near[0], start, end, number)


def _field_symbol(named: re.Match[str], start: int, end: int, following: str) -> Symbol:
    name, value = named[1].lower(), named[2]
    if name in FIELDS:
        return Symbol(Sign.FIELD, name, start, end, value)
    if value or (following and following in f"{_QUOTES}(（"):
        fields = ", ".join(f"{field}:" for field in FIELDS)
        raise WatchSyntaxError(
            Fault.UNKNOWN_FIELD, start, end - start, name=named[1], fields=fields, text=named[0][:80]
        )
    return Symbol(Sign.WORD, named[0], start, end)
