"""What insight does by the clock."""

import time

from procrastinate.contrib.django import app

from oneroof.insight.actions.bursts import learn_profiles, look_for_bursts
from oneroof.insight.actions.grouping import find_groups
from oneroof.insight.actions.learning import embed_examples, place_contacts
from oneroof.insight.actions.mornings import look_at_the_day, tell_mornings

SECONDS = 40.0
"""So long a turn lasts; what is left is done in the next."""


@app.periodic(cron="* * * * *")
@app.task(name="oneroof.insight.learn", queue="insight", queueing_lock="insight-learn", pass_context=False)
def learn(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """New examples are embedded, then contacts without a reason get theirs."""
    until = time.monotonic() + SECONDS
    for step in (embed_examples, place_contacts):
        while time.monotonic() < until and step():
            continue


@app.periodic(cron="23 2 * * *")
@app.task(name="oneroof.insight.groups", queue="insight", queueing_lock="insight-groups", pass_context=False)
def groups(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Each night, what has no reason is looked through for groups."""
    find_groups()


@app.periodic(cron="11 * * * *")
@app.task(name="oneroof.insight.twenty", queue="insight", queueing_lock="insight-twenty", pass_context=False)
def twenty(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Each hour, what is complained of today; where it is morning, people are told of yesterday."""
    look_at_the_day()
    tell_mornings()


@app.periodic(cron="* * * * *")
@app.task(name="oneroof.insight.bursts", queue="insight", queueing_lock="insight-bursts", pass_context=False)
def bursts(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Each minute, whether there is more than usual."""
    look_for_bursts()


@app.periodic(cron="2 * * * *")
@app.task(name="oneroof.insight.usual", queue="insight", queueing_lock="insight-usual", pass_context=False)
def usual(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Each hour, what is usual."""
    learn_profiles()
