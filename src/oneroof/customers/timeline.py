"""What one person said and what became of it, told by every package that knows something.

A package registers a teller in its ``apps.py``::

    register_timeline("posts", _("Posts"), Permission.HEAR, posts_of)

A teller gets the person's identities, a moment and a limit, and returns its newest entries that are not later
than that moment, at most ``limit`` of them, newest first. It asks a fixed number of queries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import LIMIT, CursorError, Page, decode_cursor, page_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``key`` is unique in all tellers; ``url`` leads to it within this site; lazy,
    since few of those that are told are shown.

    ``tells_of`` is the key of an entry of which it says all: where both come, that one stays away.
    ``state`` is one that ``core.states`` knows, or empty.
    """

    key: str
    at: datetime
    icon: str
    title: str | Promise
    text: str = ""
    url: str | Promise = ""
    state: str = ""
    is_ours: bool = False
    tells_of: str = ""


type Tell = Callable[[Sequence[int], datetime, int], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Teller:
    key: str
    label: str | Promise
    permission: Permission
    tell: Tell
    by_person: bool = False


type Order = tuple[datetime, str]

_tellers: dict[str, Teller] = {}


def register_timeline(
    key: str, label: str | Promise, permission: Permission, tell: Tell, *, by_person: bool = False
) -> None:
    """Called in a package's ``apps.py``; a second one of the same key takes the first one's place.

    ``by_person``: it tells of what belongs to a person and no handle, and gets the rows of a person instead.
    """
    _tellers[key] = Teller(key, label, permission, tell, by_person)


def tellers_for(user: User) -> list[Teller]:
    return [teller for teller in _tellers.values() if user.may(teller.permission)]


def timeline(
    user: User,
    identity_ids: Sequence[int],
    *,
    rows: Sequence[int] = (),
    only: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[Entry]:
    """Newest first, of all tellers that the reader may hear, or ``only`` one; ``rows`` are those of the person.

    Who gives a channel gives its identities and no rows: what belongs to a person and no handle has no channel.
    ``since`` counts, ``until`` does not. Raises CursorError.
    """
    latest = until - timedelta.resolution if until else clock.now()
    moment, after = (latest, None) if not cursor else _place(cursor)
    entries = [
        entry
        for teller in tellers_for(user)
        if only in ("", teller.key) and (rows or not teller.by_person)
        for entry in _heard(teller, rows if teller.by_person else identity_ids, moment, after, limit + 1)
        if since is None or entry.at >= since
    ]
    told = {entry.tells_of for entry in entries}
    entries = sorted((entry for entry in entries if entry.key not in told), key=_order, reverse=True)
    return page_of(entries[: limit + 1], limit, lambda entry: (entry.at.isoformat(), entry.key))


def _heard(
    teller: Teller, ids: Sequence[int], moment: datetime, after: Order | None, wanted: int
) -> list[Entry]:
    """What a teller says of the moment and before. A file may date a hundred things alike: where many of them were
    on the page before, it is asked for more, and none is skipped."""
    limit = wanted + (after is not None)
    while True:
        told = list(teller.tell(ids, moment, limit))
        following = [entry for entry in told if after is None or _order(entry) < after]
        if len(told) < limit or len(following) >= wanted:
            return following
        limit *= 2


def _order(entry: Entry) -> Order:
    return entry.at, entry.key


def _place(cursor: str) -> tuple[datetime, Order]:
    told, key = decode_cursor(cursor, 2)
    at = _moment(told)
    return at, (at, str(key))


def _moment(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError as error:
        raise CursorError("This cursor belongs to another list.") from error
    if moment.tzinfo is None:
        raise CursorError("This cursor belongs to another list.")
    return moment
