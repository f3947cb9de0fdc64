"""From a row of a file to a survey's answer: pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from oneroof.core.files import Fields, UnreadableRowError
from oneroof.core.files.values import TEXT_LIMIT, moment, word

FIELDS = Fields(("score", "answered_at"), ("customer", "comment", "touch_point", "kind"))
RANGES = {"nps": range(11), "csat": range(1, 6), "own": range(1, 6)}
WHOLE = re.compile(r"\d+(?:\.0+)?", re.ASCII)
SLASHED = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(.*)", re.ASCII)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class RawAnswer:
    kind: str
    score: int
    answered_at: datetime
    customer: str
    touch_point: str
    comment: str

    def digest(self, time: int) -> str:
        """``time`` counts rows of a file that say the same: two who say the same are two."""
        told = (self.kind, str(self.score), self.answered_at.isoformat(), self.customer, self.touch_point)
        return sha256("\x1f".join((*told, self.comment, str(time))).encode()).hexdigest()


def answer_of(fields: Mapping[str, object], day_first: bool | None) -> RawAnswer:
    """``day_first`` is how the file writes 03/04/2018, as far as it tells. Raises UnreadableRowError."""
    kind = word(fields, "kind", limit=20).casefold() or "nps"
    if kind not in RANGES:
        raise UnreadableRowError(f"kind: “{kind}” is not one of {', '.join(RANGES)}")
    return RawAnswer(
        kind=kind,
        score=_score(word(fields, "score", limit=20, required=True), RANGES[kind]),
        answered_at=moment(
            {"answered_at": _with_year_first(fields.get("answered_at"), day_first)}, "answered_at"
        ),
        customer=word(fields, "customer", limit=200),
        touch_point=" ".join(word(fields, "touch_point", limit=120).split()),
        comment=word(fields, "comment", limit=TEXT_LIMIT),
    )


def is_day_first(dates: Iterable[object]) -> bool | None:
    """Of dates such as 21/02/2018, seen together; None where they leave it open, or contradict one another."""
    parts = [(int(found[1]), int(found[2])) for each in dates if (found := _slashed(each))]
    day_first, month_first = any(one > MONTHS for one, _ in parts), any(two > MONTHS for _, two in parts)
    return day_first if day_first != month_first else None


def _slashed(written: object) -> re.Match[str] | None:
    return SLASHED.fullmatch(written.strip()) if isinstance(written, str) else None


def _with_year_first(written: object, day_first: bool | None) -> object:
    found = _slashed(written)
    if not found:
        return written
    if day_first is None:
        raise UnreadableRowError(
            f"answered_at: “{found[0]}” may begin with the day or the month, and the file does not tell; "
            "write it as 2018-04-11"
        )
    day, month = (found[1], found[2]) if day_first else (found[2], found[1])
    return f"{found[3]}-{month:0>2}-{day:0>2}{found[4]}"


def _score(written: str, allowed: range) -> int:
    score = int(float(written)) if WHOLE.fullmatch(written) else -1
    if score not in allowed:
        raise UnreadableRowError(
            f"score: “{written}” is not a whole number from {allowed.start} to {allowed.stop - 1}"
        )
    return score
