"""What comes first in a list, as one number that holds until the conversation changes: pure.

The open list goes by priority first. Within one, a point of need weighs as much as a quarter of an hour of
waiting, so the order of two conversations never turns while both wait, and nothing has to be recomputed as
time goes by.
"""

from datetime import datetime, timedelta

SECONDS_A_POINT = 15 * 60
OLDEST_WAIT = timedelta(days=1)
PRIORITIES = ("low", "normal", "high", "urgent")
A_PRIORITY = 10**11  # more than any wait or need, in seconds


def waiting_counts_from(said_at: datetime, heard_at: datetime) -> datetime:
    """A post heard long after it was said does not go before everything: a day of its past counts."""
    return max(said_at, heard_at - OLDEST_WAIT)


def rank_open(priority: str, need: int, waiting_from: datetime) -> int:
    within = need * SECONDS_A_POINT - int(waiting_from.timestamp())
    return PRIORITIES.index(priority) * A_PRIORITY + within


def rank_latest_first(moment: datetime) -> int:
    """Waiting and done: the latest on top."""
    return int(moment.timestamp())


def rank_soonest_first(moment: datetime) -> int:
    """Snoozed: who wakes first on top."""
    return -int(moment.timestamp())
