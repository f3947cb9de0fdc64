"""Addresses, headers and bodies that hold a place for what changes: ``{since}``, ``{page}``, ``{text}``. Pure.

A value never becomes part of a syntax: in an address it is quoted, in a header it is one line, and in a body it
takes its place in JSON that was read before.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from oneroof.listening.sources.base import Settings

PLACE = re.compile(r"\{([a-z_]+)(:number)?\}")
SECRETS = ("secret", "second_secret")
ASKED_ONE = frozenset({"id", *SECRETS})
ASKED = frozenset({"since", "cursor", "page", "offset", *SECRETS})
ANSWERED = frozenset({"text", "parent_id", "thread_id", "key", "to", "author", *SECRETS})
HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)")
LINE_BREAKS = re.compile(r"[\r\n\0]+")
SHORTEST_SECRET = 4

type Words = Mapping[str, Any]


def address_with(template: str, words: Words) -> str:
    """Each word quoted in its place; a parameter for which there is no word is left out."""
    start, mark, query = template.strip().partition("?")
    parts = [part for part in query.split("&") if not _is_empty(part, words)]
    return _quoted(start, words) + (mark + "&".join(_quoted(part, words) for part in parts) if parts else "")


def headers_with(template: str, words: Words) -> dict[str, str]:
    """A header a line: ``Authorization: Bearer {secret}``."""
    lines = (HEADER.fullmatch(line.strip()) for line in template.splitlines())
    return {line[1]: LINE_BREAKS.sub(" ", _in_text(line[2], words)).strip() for line in lines if line}


def body_with(template: str, words: Words) -> bytes:
    """The JSON of the template, each word as a value of it; ``{parent_id:number}`` is a number where it is one."""
    return json.dumps(_in_json(json.loads(template), words), ensure_ascii=False).encode()


def secrets_of(settings: Settings) -> dict[str, str]:
    return {name: str(settings.get(name) or "").strip() for name in SECRETS}


def hidden(text: str, settings: Settings) -> str:
    """The same without secrets: their places stand where they stood."""
    for name, secret in secrets_of(settings).items():
        if len(secret) >= SHORTEST_SECRET:
            for written in (secret, quote(secret, safe="")):
                text = text.replace(written, f"{{{name}}}")
    return text


def check_address(template: Any) -> None:
    _check_places(str(template), ASKED)


def check_entry_address(template: Any) -> None:
    _check_places(str(template), ASKED_ONE)
    if "{id}" not in str(template):
        raise ValueError("write {id} where an entry’s id stands.")


def check_answer_address(template: Any) -> None:
    _check_places(str(template), ANSWERED)


def check_headers(template: Any) -> None:
    for line in str(template).splitlines():
        if line.strip() and not HEADER.fullmatch(line.strip()):
            raise ValueError(f"“{line.strip()[:60]}” is no header; write it as Name: value.")
    _check_places(str(template), ASKED | ANSWERED)


def check_body(template: Any) -> None:
    try:
        json.loads(str(template))
    except ValueError as error:
        raise ValueError(f"this is not JSON: {error}.") from error
    except RecursionError as error:
        raise ValueError("this is nested too deeply.") from error
    _check_places(str(template), ANSWERED)


def _check_places(template: str, known: frozenset[str]) -> None:
    for place in PLACE.finditer(template):
        if place[1] not in known:
            names = ", ".join(f"{{{name}}}" for name in sorted(known))
            raise ValueError(f"there is no {place[0]} to put in; there are {names}.")


def _is_empty(part: str, words: Words) -> bool:
    places = PLACE.findall(part)
    return not part or (bool(places) and not any(_as_text(words.get(name)) for name, _number in places))


def _quoted(template: str, words: Words) -> str:
    return PLACE.sub(lambda place: quote(_as_text(words.get(place[1])), safe=""), template)


def _in_text(template: str, words: Words) -> str:
    return PLACE.sub(lambda place: _as_text(words[place[1]]) if place[1] in words else place[0], template)


def _in_json(value: Any, words: Words) -> Any:
    match value:
        case dict():
            return {name: _in_json(each, words) for name, each in value.items()}
        case list():
            return [_in_json(each, words) for each in value]
        case str():
            place = PLACE.fullmatch(value)
            if place and place[2] and _as_text(words.get(place[1])).isdecimal():
                return int(_as_text(words[place[1]]))
            return _in_text(value, words)
    return value


def _as_text(word: Any) -> str:
    return "" if word is None else str(word)
