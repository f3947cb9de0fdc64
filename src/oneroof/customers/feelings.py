"""What somebody feels, month by month, from every room that hears it.

A package registers in its ``apps.py``::

    register_feelings("posts", Permission.HEAR, feelings_of)

It gets the person's identities and a moment, and returns of each month since then how many words of theirs could
be judged, and the sum of what was felt in them (-1 to 1 each), by a fixed number of queries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.text.feeling import NEGATIVE, POSITIVE

MONTHS = 12
type Felt = tuple[int, float]
type Tell = Callable[[Sequence[int], datetime], Mapping[date, Felt]]

_tellers: dict[str, tuple[Permission, Tell]] = {}


@dataclass(frozen=True, slots=True)
class Month:
    """``mean`` is None where nothing could be judged: unknown is not neutral."""

    first: date
    words: int
    mean: float | None

    @property
    def state(self) -> str:
        """As ``core.states`` calls it."""
        if self.mean is None:
            return ""
        return "positive" if self.mean >= POSITIVE else "negative" if self.mean <= NEGATIVE else "neutral"


def register_feelings(key: str, permission: Permission, tell: Tell) -> None:
    _tellers[key] = (permission, tell)


def months_of(user: User, identity_ids: Sequence[int], months: int = MONTHS) -> list[Month]:
    """The last so many months, oldest first, as far as the reader may hear; empty where nothing was judged."""
    firsts = last_months(timezone.localdate(clock.now()), months)
    since = timezone.make_aware(datetime.combine(firsts[0], time()))
    felt: dict[date, Felt] = dict.fromkeys(firsts, (0, 0.0))
    for permission, tell in _tellers.values():
        for first, (words, total) in tell(identity_ids, since).items() if user.may(permission) else ():
            if first in felt:
                felt[first] = (felt[first][0] + words, felt[first][1] + total)
    told = [Month(first, words, total / words if words else None) for first, (words, total) in felt.items()]
    return told if any(month.words for month in told) else []


def last_months(today: date, months: int) -> list[date]:
    """The first days of the months up to today's, oldest first."""
    count = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(count - months + 1, count + 1)]
