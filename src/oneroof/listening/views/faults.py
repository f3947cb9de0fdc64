"""A mistake in a watch, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from oneroof.listening.watch_language import Hint, WatchSyntaxError

AROUND = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """``query`` is the part of it around the mistake; ``position`` counts within that part."""

    query: str
    position: int
    length: int
    message: str
    mend: str


def shown_fault(query: str, error: WatchSyntaxError) -> Fault:
    start = max(0, error.position - AROUND)
    part = query[start : error.position + error.length + AROUND]
    length = min(error.length, AROUND)
    message, mend = _(error.message) % error.params, _(error.mend) % error.params
    return Fault(part, error.position - start, length, message, mend)


def shown_hints(hints: tuple[Hint, ...]) -> list[str]:
    """Each once."""
    return list(dict.fromkeys(_(hint.message) % hint.params for hint in hints))
