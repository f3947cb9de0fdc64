"""Hear a mailbox: what came since the last look, by the letters' UIDs (RFC 3501, section 2.3.1.1).

UIDs only rise while UIDVALIDITY stays; where it changes, the mailbox was made anew, and what came of late is read
again: a letter that was heard is known by its Message-ID.
"""

import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import MONTH_NAMES
from oneroof.listening.sources.base import (
    STREAM_PULSE,
    Batch,
    Cursor,
    PollFailedError,
    RawPost,
    Rejected,
    Settings,
)
from oneroof.listening.sources.email.imap import Connection, Envelope, LetterRefusedError, Mailbox, opened
from oneroof.listening.sources.email.parse import UnreadableLetterError, read_letter
from oneroof.listening.sources.email.signing_in import by_token, token_of

PAGE = 100
PAGE_BYTES = 50 * 1024 * 1024
PAGE_SECONDS = 60.0
LETTER_BYTES = 10 * 1024 * 1024
OVERLAP = 50
"""So many UIDs before the newest are looked at again: on some servers letters become visible out of turn."""
DAYS_BACK = 30
LONGEST_BACK = 36_500
MARGIN = timedelta(days=2)
POLL_EVERY = 60.0
LOOK_EVERY = 300.0
"""Where nothing is announced, a stream looks all the same; this also finds out that a connection is dead."""
NEVER = 86_400.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox was heard; ``seen`` are UIDs of the overlap that were."""

    folder: str
    validity: int
    following: int
    since: date
    seen: frozenset[int]

    def as_cursor(self) -> dict[str, Any]:
        return {
            "folder": self.folder,
            "validity": self.validity,
            "next": self.following,
            "since": self.since.isoformat(),
            "seen": sorted(self.seen),
            "on": clock.now().date().isoformat(),
        }

    def with_heard(self, uids: list[int], following: int) -> "Place":
        following = max(self.following, following, *(uid + 1 for uid in uids))
        seen = frozenset(uid for uid in self.seen.union(uids) if uid >= following - OVERLAP)
        return Place(self.folder, self.validity, following, self.since, seen)


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """A page of what came; a mailbox that holds more is looked at again at once. Raises PollFailedError."""
    if not settings.get("imap_host"):
        return Batch(posts=(), cursor=cursor, next_poll_after=NEVER)
    mailbox = mailbox_of(settings)
    with opened(mailbox, client) as (connection, validity, following):
        place = place_of(settings, cursor, mailbox.folder, validity)
        batch, _place = hear(connection, settings, place, following)
        return batch


def is_streamed(settings: Settings) -> bool:
    return bool(settings.get("imap_host") and settings.get("stream", True))


def stream(settings: Settings, cursor: Cursor, client: SafeClient, over: Event) -> Iterator[Batch]:
    """Raises PollFailedError when the connection ends."""
    mailbox = mailbox_of(settings)
    with opened(mailbox, client) as (connection, validity, told):
        place, following = place_of(settings, cursor, mailbox.folder, validity), told
        while not over.is_set():
            batch, place = hear(connection, settings, place, following)
            following = 0
            yield batch
            if batch.next_poll_after:
                for _pulse in _quiet(connection, over):
                    yield Batch(posts=(), cursor=place.as_cursor(), next_poll_after=0)


def _quiet(connection: Connection, over: Event) -> Iterator[None]:
    """A pulse now and then, until it is time to look again."""
    if connection.can_idle:
        yield from _idle(connection, over)
        return
    for pulse in range(int(POLL_EVERY / STREAM_PULSE)):
        if pulse:
            yield
        if over.wait(STREAM_PULSE):
            return


def _idle(connection: Connection, over: Event) -> Iterator[None]:
    connection.begin_idle()
    for _pulse in range(int(LOOK_EVERY / STREAM_PULSE)):
        if connection.wait(STREAM_PULSE, over) or over.is_set():
            break
        yield
    connection.end_idle()


def mailbox_of(settings: Settings) -> Mailbox:
    """Raises PollFailedError."""
    user = settings.get("imap_user") or settings.get("user") or settings.get("address")
    has_token, host = by_token(settings), str(settings["imap_host"]).strip()
    security = str(settings.get("imap_security") or "tls")
    password = settings.get("imap_password") or settings.get("password")
    if has_token:
        password = token_of(settings, host, security)
    if not user or not password:
        raise PollFailedError("Reading the mailbox needs a user and a password.")
    return Mailbox(
        host=host,
        port=int(settings.get("imap_port") or (993 if security == "tls" else 143)),
        security=security,
        user=str(user),
        password=str(password),
        folder=str(settings.get("folder") or "INBOX"),
        by_token=has_token,
    )


def place_of(settings: Settings, cursor: Cursor, folder: str, validity: int) -> Place:
    """Where we were; at the beginning, or in a mailbox that was made anew, where we begin."""
    if cursor.get("validity") == validity and cursor.get("folder") == folder:
        since, seen = date.fromisoformat(cursor["since"]), frozenset(cursor["seen"])
        return Place(folder, validity, int(cursor["next"]), since, seen)
    if cursor.get("folder") == folder:
        since = date.fromisoformat(cursor["on"]) - MARGIN
    else:
        given = settings.get("days_back")
        days = min(max(int(DAYS_BACK if given in (None, "") else given), 0), LONGEST_BACK)
        since = clock.now().date() - timedelta(days=days)
    return Place(folder, validity, 1, since, frozenset())


def hear(connection: Connection, settings: Settings, place: Place, following: int) -> tuple[Batch, Place]:
    """One page, and where we are then. ``next_poll_after`` is 0 where there is more.

    ``following``: the UID that the next letter will have, 0 where it is not known.
    """
    came = _not_heard(connection, place)
    page = connection.envelopes(came[:PAGE]) if came else []
    posts, rejected, heard = _read(connection, settings, page)
    is_read_out = len(heard) == len(page)
    done = came[:PAGE] if is_read_out else [uid for uid in came if uid <= heard[-1]]
    is_whole = is_read_out and len(came) <= PAGE
    after = place.with_heard(done, following if is_whole else 1)
    pause = POLL_EVERY * random.uniform(0.9, 1.1) if is_whole else 0.0  # noqa: S311
    return Batch(posts=posts, rejected=rejected, cursor=after.as_cursor(), next_poll_after=pause), after


def _not_heard(connection: Connection, place: Place) -> list[int]:
    begins = max(1, place.following - OVERLAP)
    since = f"{place.since.day}-{MONTH_NAMES[place.since.month - 1]}-{place.since.year}"
    found = connection.uids("UID", f"{begins}:*", "SINCE", since)
    return [uid for uid in found if uid >= begins and uid not in place.seen]


def _read(
    connection: Connection, settings: Settings, page: list[Envelope]
) -> tuple[list[RawPost], list[Rejected], list[int]]:
    """Posts, what cannot be read, and the UIDs of both: as far as time and room allow, one letter at the least."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    heard: list[int] = []
    ends, room = time.monotonic() + PAGE_SECONDS, PAGE_BYTES
    for envelope in page:
        if heard and (time.monotonic() > ends or room < envelope.size):
            break
        room -= min(envelope.size, LETTER_BYTES)
        heard.append(envelope.uid)
        try:
            raw = connection.letter(envelope.uid, LETTER_BYTES)
        except LetterRefusedError as refusal:
            rejected.append(Rejected(f"letter {envelope.uid}", refusal.reason, ""))
            continue
        if raw is not None:
            _take(settings, envelope, raw, posts, rejected)
    return posts, rejected, heard


def _take(
    settings: Settings, envelope: Envelope, raw: bytes, posts: list[RawPost], rejected: list[Rejected]
) -> None:
    where = f"letter {envelope.uid}"
    received_at = clock.now() if envelope.received_at is None else _moment(envelope.received_at)
    try:
        posts.append(read_letter(raw, settings, received_at, size=envelope.size))
    except UnreadableLetterError as error:
        rejected.append(Rejected(where, str(error), _head(raw)))
    except Exception as error:
        # The standard library's reader breaks in its own ways on hostile letters; the next letter is heard.
        log.exception("A letter could not be read.")
        rejected.append(Rejected(where, f"{type(error).__name__}: {error}", _head(raw)))


def _head(raw: bytes) -> str:
    return raw[:10_000].decode("utf-8", "replace")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
