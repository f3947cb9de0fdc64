"""Lists that stay the same while one turns their pages: a cursor says after which row, not after how many."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from oneroof.core.errors import WrongUseError

LIMIT, MOST = 50, 200
BIGGEST = 2**63


class CursorError(WrongUseError):
    """The cursor is not one that we gave."""


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some rows, and the cursor of those that follow; None at the end."""

    rows: Sequence[T]
    next: str | None


def encode_cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The key of the last row seen, ``length`` values; :class:`CursorError` for anything else."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise CursorError("This cursor is not one that a list gave.") from error
    if not isinstance(key, list) or len(key) != length:
        raise CursorError("This cursor belongs to another list.")
    return key


def decode_pk(cursor: str) -> int:
    """The number of the last row seen, of a list that is sorted by it; raises :class:`CursorError`."""
    return decode_numbers(cursor, 1)[0]


def decode_numbers(cursor: str, length: int) -> list[int]:
    """The key of the last row seen, of whole numbers that the database can hold; raises :class:`CursorError`."""
    numbers = decode_cursor(cursor, length)
    if not all(type(number) is int and abs(number) < BIGGEST for number in numbers):
        raise CursorError("This cursor belongs to another list.")
    return numbers


def page_of[T](rows: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """Cut rows that were asked for with ``limit + 1`` to a page."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], encode_cursor(*key(rows[limit - 1])))
