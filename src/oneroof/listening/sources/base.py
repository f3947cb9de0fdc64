"""The one shape of all networks: what a network may do, and what it gives and takes.

A network is a folder beside this file whose ``__init__.py`` says ``NETWORK = Network(...)``; the registry
finds it there. Each capability is a plain function, given or left out; all are synchronous, touch no
database, and reach the outside through the ``SafeClient`` they are passed (or a protocol's own client, as
SMTP does).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING, Any

from oneroof.core.files.rejected import RAW_KEPT, Rejected
from oneroof.listening.sources.replying import (
    Draft,
    Length,
    NotThere,
    Outcome,
    ReadBack,
    Refused,
    Seen,
    Sent,
    Standing,
    Target,
    Unknown,
)

__all__ = [
    "RAW_KEPT",
    "Draft",
    "Length",
    "NotThere",
    "Outcome",
    "ReadBack",
    "Refused",
    "Rejected",
    "Seen",
    "Sent",
    "Standing",
    "Target",
    "Unknown",
]
"""What is given on from elsewhere, beside what stands here."""

if TYPE_CHECKING:
    from oneroof.core.http import SafeClient

type Settings = Mapping[str, Any]
"""A source's settings, its decrypted secrets among them."""
type Cursor = Mapping[str, Any]
"""What a network wants to be told at its next poll: JSON, empty at the first."""

EXTERNAL_ID_LIMIT = 500
HANDLE_LIMIT = 320
NAME_LIMIT = 200

AUTO_REPLY = "auto_reply"
BOUNCE = "bounce"
UNVERIFIED = "unverified"
TO_COMMUNITY = "to_community"
AUTOMATIC = frozenset({AUTO_REPLY, BOUNCE, TO_COMMUNITY})
"""Kinds of posts that no person said to us: shown in their thread, and no work for anybody. A BOUNCE says, in its
text, why what it answers was not delivered; TO_COMMUNITY answers a letter of the community, which takes it.
UNVERIFIED: that its author said it is not certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """What one person said, as a network's parser understood it; nothing is enriched yet.

    ``text`` is visible text, never markup. Times are aware and in UTC. None means unknown.
    ``ancestor_ids`` are what stands above the parent, the eldest first, where the network says so: its thread is
    theirs, even where nobody has heard the posts in between.
    """

    external_id: str
    author_handle: str
    text: str
    created_at: datetime
    parent_id: str | None = None
    url: str = ""
    lang: str | None = None
    followers: int | None = None
    reposts: int | None = None
    likes: int | None = None
    kind: str = "post"
    author_name: str = ""
    addressed_to_us: bool | None = None
    said_by_us: bool | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    attachments: tuple[str, ...] = ()
    has_image: bool = False
    ancestor_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one poll heard. Store posts, rejected, gap and cursor in one transaction.

    ``gap`` describes a stretch that was missed (a page came back full); ``Network.fill`` takes it later.
    ``next_poll_after`` is in seconds, already polite and jittered. ``changed_settings`` are those that the
    network itself changed, such as the address of a feed that moved for good.
    """

    posts: Sequence[RawPost]
    cursor: Cursor
    next_poll_after: float
    gap: Mapping[str, Any] | None = None
    rejected: Sequence[Rejected] = ()
    changed_settings: Mapping[str, Any] = field(default_factory=dict)


class PollFailedError(Exception):
    """A poll that heard nothing, in a sentence for the health page. The source stays on, at a slower pace.

    ``next_poll_after`` is in seconds, at the least: the house waits longer the more often a source failed in
    a row, up to a day. ``cursor`` is what to remember nonetheless (None: as it was).
    ``gone`` says that the place told us it is no more. ``offers`` are addresses that may be meant instead.
    """

    def __init__(
        self,
        reason: str,
        *,
        next_poll_after: float = 0.0,
        cursor: Cursor | None = None,
        gone: bool = False,
        offers: Sequence[str] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_poll_after = next_poll_after
        self.cursor = cursor
        self.gone = gone
        self.offers = tuple(offers)


class MustWaitError(PollFailedError):
    """Nothing is broken: our own budget of requests is spent until ``next_poll_after`` seconds from now."""


class StreamEndedError(PollFailedError):
    """A stream that was refused, or broke; for networks where ``poll`` is another way in, which is taken where
    nothing was heard over the stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The budget that a request is of, and what it costs.

    ``key`` names network, host and credential (never the credential itself): whoever shares it shares the
    budget. ``limit`` may be spent in ``seconds``, until the other side's own headers say otherwise.
    """

    key: str
    limit: int
    seconds: float
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A thread as it stands now: all of it that could be read, with reach, edits and deletions."""

    posts: Sequence[RawPost]
    rejected: Sequence[Rejected] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose credentials they are; ``expires_at`` is None where they do not expire by themselves."""

    handle: str
    name: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where to send the person, and what the second step needs; it is kept encrypted."""

    url: str
    memory: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one pushed message held. Refuse a ``message_id`` that was taken before: it is a replay.

    ``gap`` describes posts of which it only said that they are there; ``Network.fill`` takes it later.
    """

    message_id: str
    posts: Sequence[RawPost]
    rejected: Sequence[Rejected] = ()
    gap: Mapping[str, Any] | None = None


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    URL = "url"
    EMAIL = "email"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    SECRET = "secret"  # noqa: S105 - a kind of field, not a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting that a source of this network asks for. SECRET ones are kept encrypted.

    Those of one ``group`` follow one another and stand under that heading, folded away where none is needed.
    A NUMBER lies between ``least`` and ``most``. ``make`` gives what a new source starts with where nothing is
    given. ``check`` raises ValueError, with a sentence, for a value that cannot be.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    hint: str = ""
    default: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 100_000
    group: str = ""
    make: Callable[[], Any] | None = None
    check: Callable[[Any], None] | None = None


type Poll = Callable[[Settings, Cursor, SafeClient], Batch]
"""Raises PollFailedError."""
type Fill = Callable[[Settings, Mapping[str, Any], SafeClient], Batch]
"""Takes a gap; the batch's own gap is what is left of it, and its cursor is not to be stored."""
type TryOut = Callable[[Settings, SafeClient], Batch]
"""A little of what a place of these settings gives, in a few seconds; its cursor is not to be stored. Raises
PollFailedError."""
type Receive = Callable[[Settings, Mapping[str, str], bytes], Received]
"""Takes headers and body of a pushed message; raises ReceiptRefusedError."""
type Verify = Callable[[Settings, Mapping[str, str]], str]
"""Takes the query with which the far side makes sure that our door is ours, before it pushes anything, and gives
the text to answer; raises ReceiptRefusedError."""
type Publish = Callable[[Settings, Draft, SafeClient], Outcome]
"""Attempts once, never retries by itself, and never raises for what the other side did."""
type ReadOurs = Callable[[Settings, Draft, SafeClient], ReadBack]
"""Looks for our own reply at the source."""
type LookUp = Callable[[Settings, Target, SafeClient], Seen]
"""Looks at the post once more before it is answered."""


type Stream = Callable[[Settings, Cursor, SafeClient, Event], Iterator[Batch]]
"""Hears as long as the connection lasts, or until the event is set. Each batch is committed with its cursor before
the next is asked for; one comes at least every ``STREAM_PULSE`` seconds, empty if need be. ``next_poll_after`` of
a batch is not used. Raises PollFailedError, StreamEndedError among them."""
type Follow = Callable[[Settings, str, Sequence[str], SafeClient], Followed]
"""Reads the thread of a post up to its root and down to later replies. The ids are those we know of the thread:
what of them is gone comes as deleted. Raises PollFailedError."""
type Identify = Callable[[Settings, SafeClient], Account]
"""Asks whose credentials they are; raises PollFailedError where they are not taken."""
type Begin = Callable[[Settings, str, str, SafeClient], Begun]
"""Asks the network for leave to ask the person: settings, where to come back to, state. Raises PollFailedError."""
type Finish = Callable[[Settings, Mapping[str, Any], str, SafeClient], Mapping[str, Any]]
"""From what ``Begin`` remembered and the code that the person brought back, the settings to keep. Raises
PollFailedError."""
type Renew = Callable[[Settings, SafeClient], Mapping[str, Any]]
"""Exchanges credentials that end for new ones: the secrets to keep in their place. Raises PollFailedError."""
type Allow = Callable[[Settings, str, str], Sequence[Allowance]]
"""The budgets that a request (method, URL) is of; the first is the one that the answer's headers speak of."""

STREAM_PULSE = 15.0
type Judge = Callable[[Settings], bool]
"""Says something of one source by its settings."""


def _always(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    return True


def _never(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """How a person connects an account in the browser (RFC 6749, authorization code; RFC 7636). ``is_used``: a
    source of these settings signs in so."""

    begin: Begin
    finish: Finish
    is_used: Judge = _always


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """For places where a refresh token serves once: what comes of it is kept before anything is asked with it, and
    only one process asks. ``is_due``: the credentials of these settings are at their end, or have come to it."""

    is_due: Judge
    renew: Renew


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A kind of place, and what can be done there. A capability that is None is one it does not have.

    ``is_answerable``: a source of these settings can be answered. ``is_repeatable``: the other side takes a
    draft's key once, however often it comes, so an attempt of unknown outcome may be made again.
    ``is_public_at``: a source of these settings is public, though not all of the network is.
    ``is_streamed``: a source of these settings is heard by ``stream``, and by ``poll`` only where there is none.
    ``try_out``: where a first poll is more than one needs to see whether the settings are right.
    ``length_of``: where the length depends on the place, and not only on the network.
    """

    key: str
    title: str
    fields: tuple[Field, ...] = ()
    poll: Poll | None = None
    fill: Fill | None = None
    try_out: TryOut | None = None
    stream: Stream | None = None
    follow: Follow | None = None
    identify: Identify | None = None
    oauth: OAuth | None = None
    renewal: Renewal | None = None
    allow: Allow | None = None
    receive: Receive | None = None
    verify: Verify | None = None
    publish: Publish | None = None
    read_back: ReadOurs | None = None
    look_up: LookUp | None = None
    length: Length | None = None
    length_of: Callable[[Settings], Length] | None = None
    has_markdown: bool = False
    is_public: bool = True
    is_public_at: Judge = _never
    is_answerable: Judge = _always
    is_repeatable: Judge = _never
    is_streamed: Judge = _never

    def length_at(self, settings: Settings) -> Length | None:
        """How long a reply may be at a source of these settings; None: as long as one likes."""
        return self.length_of(settings) if self.length_of else self.length

    def is_private_at(self, settings: Settings) -> bool:
        """Whoever writes to a source of these settings writes to us: an inbox, a form."""
        return self.can_answer and not self.is_public and not self.is_public_at(settings)

    @property
    def can_answer(self) -> bool:
        """Whether replies leave from here; where not, a person answers by hand and says so."""
        return self.publish is not None
