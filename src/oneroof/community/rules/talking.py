"""How many people one may write to out of the blue, and how often. Pure."""

NEW_TALKS_A_DAY = {0: 3, 1: 10, 2: 30}
MESSAGES_AN_HOUR = {0: 20, 1: 60}
UNLIMITED = 10_000


def new_talks_a_day(trust: int) -> int:
    return NEW_TALKS_A_DAY.get(trust, UNLIMITED)


def messages_an_hour(trust: int) -> int:
    return MESSAGES_AN_HOUR.get(trust, UNLIMITED)
