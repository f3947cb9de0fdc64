"""A post's words as PostgreSQL keeps them for search: our own tokens at our own positions."""

from collections import defaultdict
from itertools import chain

from oneroof.text.tokens import Tokens, tokenize

MOST_POSITIONS = 255  # of one lexeme: PostgreSQL keeps no more, and matching counts as many
LAST_POSITION = 16_383
_POSITIONS = tuple(map(str, range(1, MOST_POSITIONS + 1)))


def words_vector(text: str) -> str:
    return vector_of(tokenize(text))


def vector_of(tokens: Tokens) -> str:
    """The literal of a ``tsvector``."""
    if len(tokens.words) > MOST_POSITIONS:
        return _long_vector(tokens)
    places: dict[str, str] = {}
    for word, position in zip(tokens.words, _POSITIONS, strict=False):
        places[word] = f"{places[word]},{position}" if word in places else position
    for at, mark in tokens.marks:
        places[mark] = f"{places[mark]},{at + 1}" if mark in places else str(at + 1)
    places.pop("", None)
    if _needs_no_care("".join(places)):
        return " ".join([f"'{word}':{where}" for word, where in places.items()])
    return " ".join([f"{_quoted(word)}:{where}" for word, where in places.items()])


def _long_vector(tokens: Tokens) -> str:
    """As above, where a word may stand at more places than count."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, word in chain(enumerate(tokens.words, 1), ((at + 1, mark) for at, mark in tokens.marks)):
        places[word].append(min(position, LAST_POSITION))
    return " ".join(f"{_quoted(word)}:{_listed(where)}" for word, where in places.items() if word)


def _needs_no_care(text: str) -> bool:
    return "'" not in text and "\\" not in text


def _quoted(word: str) -> str:
    if _needs_no_care(word):
        return f"'{word}'"
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _listed(where: list[int]) -> str:
    return ",".join(map(str, sorted(where)[:MOST_POSITIONS]))
