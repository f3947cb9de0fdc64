"""What a word or a phrase of a watch looks for."""

import sys

from oneroof.listening.watch_language import limits
from oneroof.listening.watch_language.errors import Fault, WatchSyntaxError
from oneroof.listening.watch_language.lexer import Symbol
from oneroof.listening.watch_language.nodes import Place, Words
from oneroof.text.tokens import is_spaceless, sought_terms

_STARS = "*＊"


def read_word(symbol: Symbol) -> Words:
    return _read_terms(symbol.text, symbol.start, symbol.place)


def read_phrase(symbol: Symbol) -> Words:
    return _read_terms(symbol.text, symbol.start + 1, symbol.place)


def _read_terms(text: str, start: int, place: Place) -> Words:
    terms = sought_terms(text)
    if not terms:
        _refuse_empty(text, start, place)
    is_prefix = text.rstrip().endswith(("*", "＊"))
    _refuse_inner_star(text.rstrip()[:-1] if is_prefix else text, start)
    if is_prefix:
        is_prefix = _is_beginning(text, terms[-1][0], place)
    return Words(
        tuple(sys.intern(term) for term, _ in terms),
        tuple(offset - terms[0][1] for _, offset in terms),
        is_prefix,
        place,
    )


def _refuse_empty(text: str, start: int, place: Place) -> None:
    if any(star in text for star in _STARS):
        raise WatchSyntaxError(Fault.STAR_PLACE, start, max(1, len(text)))
    raise WatchSyntaxError(Fault.NO_WORD, place.start, max(1, place.length), text=text[:80])


def _refuse_inner_star(text: str, start: int) -> None:
    """But `*` with the sign of a keycap is an emoji."""
    for at, char in enumerate(text):
        if char in _STARS and text[at + 1 : at + 2] not in ("\ufe0f", "\u20e3"):
            raise WatchSyntaxError(Fault.STAR_PLACE, start + at)


def _is_beginning(text: str, term: str, place: Place) -> bool:
    """Not so for characters of spaceless scripts and emoji: what follows is another word anyway."""
    if not text.rstrip().rstrip(_STARS)[-1:].strip():
        raise WatchSyntaxError(Fault.STAR_PLACE, place.start, max(1, place.length))
    if is_spaceless(term):
        return False
    if len(term.lstrip("#@")) < limits.PREFIX_LETTERS:
        raise WatchSyntaxError(
            Fault.PREFIX_TOO_SHORT, place.start, place.length, text=term, limit=limits.PREFIX_LETTERS
        )
    return True
