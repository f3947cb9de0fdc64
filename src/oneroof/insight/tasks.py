"""What insight does by the clock."""

import time

from oneroof.core.by_the_clock import by_the_clock
from oneroof.insight.actions.bursts import learn_profiles, look_for_bursts
from oneroof.insight.actions.grouping import find_groups
from oneroof.insight.actions.learning import embed_examples, place_contacts
from oneroof.insight.actions.mornings import look_at_the_day, tell_mornings
from oneroof.insight.actions.spared import draw_cases, look_for_answers

SECONDS = 40.0
"""So long a turn lasts; what is left is done in the next."""


@by_the_clock("* * * * *", name="oneroof.insight.learn", queue="insight")
def learn() -> None:
    """New examples are embedded, then contacts without a reason get theirs."""
    until = time.monotonic() + SECONDS
    for step in (embed_examples, place_contacts):
        while time.monotonic() < until and step():
            continue


@by_the_clock("23 2 * * *", name="oneroof.insight.groups", queue="insight")
def groups() -> None:
    """Each night, what has no reason is looked through for groups."""
    find_groups()


@by_the_clock("41 2 * * *", name="oneroof.insight.spared", queue="insight")
def spared() -> None:
    """Each night, contacts and posts of each reason are drawn anew."""
    draw_cases()


@by_the_clock("* * * * *", name="oneroof.insight.spared_answers", queue="insight")
def spared_answers() -> None:
    """What was drawn is searched for, a turn a minute."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and look_for_answers():
        continue


@by_the_clock("11 * * * *", name="oneroof.insight.twenty", queue="insight")
def twenty() -> None:
    """Each hour, what is complained of today; where it is morning, people are told of yesterday."""
    look_at_the_day()
    tell_mornings()


@by_the_clock("* * * * *", name="oneroof.insight.bursts", queue="insight")
def bursts() -> None:
    """Each minute, whether there is more than usual."""
    look_for_bursts()


@by_the_clock("2 * * * *", name="oneroof.insight.usual", queue="insight")
def usual() -> None:
    """Each hour, what is usual."""
    learn_profiles()
