"""What a field's name and value mean."""

import re
from collections.abc import Callable

from oneroof.listening.watch_language.errors import Fault, WatchSyntaxError
from oneroof.listening.watch_language.nodes import (
    Compare,
    Count,
    Feature,
    Field,
    From,
    Has,
    Language,
    Place,
    Source,
)
from oneroof.text.tokens import fold, fold_handle

_COMPARISON = re.compile(r"(>=|<=|>|<|=|≥|≤)([0-9]{1,9})")
_CODE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_ASCII_SIGNS = {"≥": ">=", "≤": "<="}
_EXAMPLES = {
    "from": "from:handle",
    "source": 'source:name, source:"a name of several words" or source:12',
    "lang": "lang:en, lang:ja or lang:unknown",
    "has": "has:link, has:image or has:question",
    "followers": "followers:>1000",
    "reposts": "reposts:>=10",
}


def fold_name(name: str) -> str:
    """A source's name as `source:` compares it."""
    return " ".join(fold(name).split())


def read_field(name: str, value: str, place: Place) -> Field:
    found = _READERS[name](value, place)
    if found is None:
        example = _EXAMPLES[name]
        raise WatchSyntaxError(
            Fault.FIELD_VALUE, place.start, place.length, name=name, text=value[:80], example=example
        )
    return found


def _read_from(value: str, place: Place) -> Field | None:
    handle = fold_handle(value)
    return From(handle, place) if handle and not re.search(r"\s", handle) else None


def _read_source(value: str, place: Place) -> Field | None:
    name = fold_name(value)
    return Source(name, place) if name else None


def _read_language(value: str, place: Place) -> Field | None:
    code = value.strip().lower()
    return Language(code, place) if _CODE.fullmatch(code) else None


def _read_has(value: str, place: Place) -> Field | None:
    feature = value.strip().lower()
    return Has(Feature(feature), place) if feature in set(Feature) else None


def _read_count(count: Count, value: str, place: Place) -> Field | None:
    comparison = _COMPARISON.fullmatch(value)
    if comparison is None:
        return None
    operator = _ASCII_SIGNS.get(comparison[1], comparison[1])
    return Compare(count, operator, int(comparison[2]), place)


_READERS: dict[str, Callable[[str, Place], Field | None]] = {
    "from": _read_from,
    "source": _read_source,
    "lang": _read_language,
    "has": _read_has,
    "followers": lambda value, place: _read_count(Count.FOLLOWERS, value, place),
    "reposts": lambda value, place: _read_count(Count.REPOSTS, value, place),
}
