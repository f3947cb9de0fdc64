"""One reply on its way out: what it answers, what became of it, and how its post stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The post that is answered, and what a channel needs to put the answer under it."""

    external_id: str
    author_handle: str
    text: str
    said_at: datetime
    url: str = ""
    author_name: str = ""
    thread_external_id: str = ""
    earlier_replies: tuple[str, ...] = ()
    opening_text: str = ""
    """What the conversation began with, where that is another post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One reply on its way out.

    ``key`` is chosen and committed before the first attempt and stays the same in all of them: it is, or
    makes, the network's own idempotency (``Idempotency-Key``, record key, ``Message-ID``, ``webhook-id``).
    ``author_id`` is the user who wrote it, for a place that knows our users.
    """

    key: str
    text: str
    to: Target
    author_name: str = ""
    approved_at: datetime | None = None
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """It stands there, under this id."""

    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It surely does not stand there. Not permanent: the same attempt may be made again later."""

    reason: str
    permanent: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may stand there or not: read back before anything else, and never send again on this alone."""

    reason: str


type Outcome = Sent | Refused | Unknown


@dataclass(frozen=True, slots=True)
class NotThere:
    """The network was read, surely and completely, and our reply is not there: it may be sent again."""


type ReadBack = Sent | NotThere | Unknown


class Standing(StrEnum):
    """How the post that we are about to answer stands now."""

    THERE = "there"
    CHANGED = "changed"
    GONE = "gone"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found when the post was looked up again; ``answered_by`` leaves its author out."""

    standing: Standing
    text: str = ""
    answered_by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a reply may be, counted as the channel counts; ``unit`` names what is counted."""

    limit: int
    count: Callable[[str], int] = len
    unit: str = "characters"

    def left(self, text: str) -> int:
        """How much more fits; below zero, how much is too much."""
        return self.limit - self.count(text)
