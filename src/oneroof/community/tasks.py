"""What the community does by the clock, and the jobs of its actions: the worker knows what is imported here."""

from procrastinate.contrib.django import app

from oneroof.community.actions.attaching import drop_unused
from oneroof.community.actions.hearing import hand_unanswered_to_care
from oneroof.community.actions.indexing import embed, embed_soon, index_missing
from oneroof.community.actions.inviting import send_invitation
from oneroof.community.actions.looking import (
    look_at_helpfulness,
    look_at_links,
    look_at_the_clock,
    look_at_versions,
)

__all__ = [
    "embed",
    "index_rest",
    "look_for_dead_links",
    "look_for_stale",
    "look_for_unanswered",
    "send_invitation",
    "tidy_files",
]


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="oneroof.community.look_for_unanswered",
    queue="care",
    queueing_lock="community-unanswered",
    pass_context=False,
)
def look_for_unanswered(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Questions that waited too long go to the inbox."""
    hand_unanswered_to_care()


@app.periodic(cron="*/2 * * * *")
@app.task(
    name="oneroof.community.index_rest", queue="community", queueing_lock="index_rest", pass_context=False
)
def index_rest(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """What came by an import is made findable, some at a time."""
    if index_missing():
        embed_soon()


@app.periodic(cron="7 * * * *")
@app.task(
    name="oneroof.community.look_for_stale",
    queue="community",
    queueing_lock="community-stale",
    pass_context=False,
)
def look_for_stale(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Articles whose review is due, that help less, or whose product has a later version."""
    look_at_the_clock()
    look_at_helpfulness()
    look_at_versions()


@app.periodic(cron="*/15 * * * *")
@app.task(
    name="oneroof.community.look_for_dead_links",
    queue="community",
    queueing_lock="community-links",
    pass_context=False,
)
def look_for_dead_links(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Some links of articles, each once a week."""
    look_at_links()


@app.periodic(cron="41 3 * * *")
@app.task(
    name="oneroof.community.tidy_files",
    queue="community",
    queueing_lock="community-files",
    pass_context=False,
)
def tidy_files(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Files that were sent and never used go."""
    drop_unused()
