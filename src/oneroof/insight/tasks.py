"""What insight does by the clock."""

import time

from procrastinate.contrib.django import app

from oneroof.insight.actions.grouping import find_groups
from oneroof.insight.actions.learning import embed_examples, place_contacts

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
