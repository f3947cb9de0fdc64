"""What somebody may do unseen, by the trust that they have earned. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = {0: (20, 60), 1: (40, 120), 2: (80, 300), 3: (160, 600)}
"""Most entries an hour and a day; who is trusted most has no limit."""
TRUSTED = 2
"""From here on nothing is held for its links, or since a filter thinks so."""
DOUBTFUL, BLATANT = 0.85, 0.995
LEARNT, LEARNT_WELL = 20, 200
"""Decisions of each kind that a filter has learnt from before it may hold, or put aside by itself."""
REPORTS_HOLD = 3
_LINK = re.compile(r"(?:https?:)?//[^\s)\]>\"']+|www\.[^\s)\]>\"']+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a filter says of a text, and how much of each kind it has seen."""

    about: str
    chance: float
    seen: int


def again_at(trust: int, written: Sequence[datetime], now: datetime) -> datetime | None:
    """When one may write again; None: now. ``written`` is when one wrote within a day, the latest first."""
    if trust not in LIMITS:
        return None
    an_hour, a_day = LIMITS[trust]
    due = []
    if len([at for at in written if at > now - HOUR]) >= an_hour:
        due.append(written[an_hour - 1] + HOUR)
    if len(written) >= a_day:
        due.append(written[a_day - 1] + DAY)
    return max(due, default=None)


def links_out(text: str, ours: str) -> bool:
    """Whether a text leads anywhere but to this site."""
    host = ours.partition("//")[2] or ours
    return any(not link.partition("//")[2].startswith(host) for link in _LINK.findall(text))


def whys_held(
    trust: int, *, has_link: bool, is_first: bool, holds_first: bool, doubts: Sequence[Doubt]
) -> list[str]:
    """Why a text waits for a person; empty: it need not."""
    whys = []
    if holds_first and is_first and trust == 0:
        whys.append("new")
    if has_link and trust == 0:
        whys.append("link")
    if trust < TRUSTED:
        whys += [each.about for each in doubts if each.chance >= DOUBTFUL and each.seen >= LEARNT]
    return whys


def is_blatant(trust: int, doubts: Sequence[Doubt]) -> bool:
    """So surely spam that nobody need look before it goes; whoever looks after it can bring it back."""
    spam = [each for each in doubts if each.about == "spam"]
    return trust == 0 and any(each.chance >= BLATANT and each.seen >= LEARNT_WELL for each in spam)
