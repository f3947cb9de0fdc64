"""Who is asked: few, who know, are awake, want it and have room; the less asked of two alike comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FEW = 3
LOOKED_AT = 20
"""So many of the likeliest are looked at; whoever comes later knows too little of it."""
WEEK = timedelta(days=7)
ACTIVE_WITHIN = timedelta(days=45)
LOAD_COSTS = 0.15
"""What each question that one was asked this week takes from the score."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who wants to be asked said, and what they were asked lately."""

    most_a_week: int
    from_hour: int
    to_hour: int
    time_zone: str
    asked_this_week: int
    last_active: datetime


def is_awake(wish: Wish, at: datetime) -> bool:
    """By the clock of their own place; hours may run over midnight."""
    try:
        hour = at.astimezone(ZoneInfo(wish.time_zone)).hour
    except (ZoneInfoNotFoundError, ValueError):
        hour = at.hour
    if wish.from_hour <= wish.to_hour:
        return wish.from_hour <= hour < wish.to_hour
    return hour >= wish.from_hour or hour < wish.to_hour


def has_room(wish: Wish) -> bool:
    return wish.asked_this_week < wish.most_a_week


def is_about(wish: Wish, at: datetime) -> bool:
    """Seen here lately."""
    return at - wish.last_active <= ACTIVE_WITHIN


def choose(ranked: Sequence[tuple[int, float]], wishes: Mapping[int, Wish], at: datetime) -> list[int]:
    """At most ``FEW`` of the ranked (member, score), the likeliest first, who may be asked now."""
    able = [
        (score - LOAD_COSTS * wishes[member].asked_this_week, member)
        for member, score in ranked[:LOOKED_AT]
        if member in wishes and _may_be_asked(wishes[member], at)
    ]
    return [member for _score, member in sorted(able, key=lambda pair: (-pair[0], pair[1]))[:FEW]]


def _may_be_asked(wish: Wish, at: datetime) -> bool:
    return has_room(wish) and is_awake(wish, at) and is_about(wish, at)
