"""What a network's stand-in owes the contract suite: the far side of the network, on this machine.

Each network has one in ``sources/<network>/tests/counterpart.py`` under the name ``COUNTERPART``: a subclass of
``Counterpart``, or of ``http_counterpart.HttpCounterpart`` where the network speaks HTTP.
docs/networks/README.md tells how.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, Self

from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.sources import network, networks
from oneroof.listening.sources.base import Network, Target

PATIENCE = 3.0
"""Seconds that the suite's client waits; a counterpart that hangs must hang for longer."""
HANGS_FOR = 5.0
RETRY_AFTER = 900
"""Seconds that a far side asks us to wait where it says so."""


class BadDay(StrEnum):
    """What a far side does instead of what it should."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    THROTTLED = "429"
    THROTTLED_UNTIL = "429 with Retry-After"
    BROKEN = "500"
    REVOKED = "credentials revoked"
    HANGS = "hangs before it has taken anything"
    HANGS_AFTER = "hangs after it has taken it"
    HANGS_UP = "hangs up after it has taken it"
    NONSENSE = "says yes, then broken JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post that stands at the far side. ``id`` is a number in digits, rising as posts come to stand there;
    ``at`` need not rise with it. ``deleted``: it stood there, and its author took it away."""

    id: str
    text: str
    at: datetime
    author: str = "mia"
    parent: str | None = None
    edited_at: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """One reply of ours that stands at the far side: its id there, what it answers, its text."""

    id: str
    to: str
    text: str


class Counterpart:
    """The far side of one network. A context: it serves while the block runs.

    ``cannot_hear`` and ``cannot_answer`` name cases (a test's name without ``test_``, or a BadDay) that the
    network cannot pass, each with the reason in a sentence.
    """

    key: ClassVar[str]
    page: ClassVar[int] = 20
    """How many posts one page holds at most; five or more."""
    cannot_hear: ClassVar[Mapping[str, str]] = {}
    cannot_answer: ClassVar[Mapping[str, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""

    @property
    def network(self) -> Network:
        return network(self.key)

    def settings(self) -> dict[str, Any]:
        """What a source of this place is set to, secrets too."""
        raise NotImplementedError

    def misbehave(self, day: BadDay, *, writes: bool = False) -> None:
        """From now on, answer so: to what is read, or (``writes``) to what is sent to stand there."""
        raise NotImplementedError

    def behave(self) -> None:
        raise NotImplementedError

    # Hearing

    def serve(self, posts: Sequence[Said]) -> None:
        """These stand there now, and nothing else; in the order in which they came."""
        raise NotImplementedError

    def messages(self) -> Iterator[tuple[Mapping[str, str], bytes]]:
        """Where the network pushes (``Network.receive``): headers and body of what it sends now."""
        raise NotImplementedError

    def add_unknown_fields(self) -> None:
        """From now on, every object that is served carries fields that no reference knows."""
        raise NotImplementedError

    def external_id(self, said_id: str) -> str:
        """As what our side knows that post."""
        return said_id

    # Answering

    def target(self, said: Said) -> Target:
        """What our side would know of that post when it answers it."""
        return Target(
            external_id=self.external_id(said.id),
            author_handle=said.author,
            text=said.text,
            said_at=said.at,
            thread_external_id=self.external_id(said.parent or said.id),
        )

    def standing(self) -> Sequence[Ours]:
        """Our replies that stand there, oldest first."""
        raise NotImplementedError

    @property
    def attempts(self) -> int:
        """How many times something was sent to stand there, whatever came of it."""
        raise NotImplementedError


class ImpatientClient(SafeClient):
    """The safe client with little time, which may go to this machine."""

    def __init__(self) -> None:
        super().__init__(allowed_networks=LOOPBACK)

    def get(self, url: str, **more: Any) -> Any:
        return super().get(url, **{**more, "deadline": PATIENCE})

    def send(self, method: str, url: str, **more: Any) -> Any:
        return super().send(method, url, **{**more, "deadline": PATIENCE})


def counterparts(*capabilities: str) -> list[type[Counterpart]]:
    """Those of every network that has one of these capabilities (``poll``, ``publish``, …).

    That every network has one is a test of its own, so that one without does not keep the others from theirs.
    """
    wanted = [
        place.key for place in networks().values() if any(getattr(place, name) for name in capabilities)
    ]
    return [counterpart_of(key) for key in wanted if find_spec(_module(key))]


def counterpart_of(key: str) -> type[Counterpart]:
    found: type[Counterpart] = import_module(_module(key)).COUNTERPART
    return found


def _module(key: str) -> str:
    return f"oneroof.listening.sources.{key}.tests.counterpart"


def moment(minute: float = 0) -> datetime:
    """Minutes after a quiet morning."""
    return datetime.fromtimestamp(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() + minute * 60, UTC)


def said(number: int, text: str = "", **more: Any) -> Said:
    """A post of that number, a minute after the one before."""
    fields = {"at": moment(number), **more}
    return Said(id=str(number), text=text or f"My kettle leaks, for the {number}th time.", **fields)
