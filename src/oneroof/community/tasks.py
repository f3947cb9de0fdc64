"""What the community does by the clock."""

from procrastinate.contrib.django import app

from oneroof.community.actions.hearing import hand_unanswered_to_care

__all__ = ["look_for_unanswered"]


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
