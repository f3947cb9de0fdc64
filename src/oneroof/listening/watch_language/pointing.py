"""An error of a watch shown in its text, for a terminal."""

import unicodedata
from collections.abc import Callable

from oneroof.listening.watch_language.errors import WatchSyntaxError

SHOWN_BEFORE, SHOWN = 40, 76


def pointed_at(query: str, error: WatchSyntaxError, translated: Callable[[str], str] = str) -> str:
    """What is wrong, the stretch of the query around it with a mark below, and how to mend it."""
    what, mend = (translated(sentence) % error.params for sentence in (error.message, error.mend))
    start = max(0, error.position - SHOWN_BEFORE)
    shown = _on_one_line(query[start : start + SHOWN])
    before = ("…" if start else "") + shown[: error.position - start]
    after = shown[error.position - start :] + ("…" if start + SHOWN < len(query) else "")
    marks = max(1, min(error.length, SHOWN - (error.position - start)))
    below = " " * _columns(before) + "^" * max(1, _columns(after[:marks]))
    return f"At character {error.position + 1}: {what}\n  {before}{after}\n  {below}\n{mend}"


def _on_one_line(text: str) -> str:
    return "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)


def _columns(text: str) -> int:
    """How wide a terminal shows it: Chinese and Japanese take two columns, accents that stand apart none."""
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )
