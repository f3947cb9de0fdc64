"""What care does by the clock."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from oneroof.care.actions.following import follow_threads, threads_to_follow
from oneroof.care.actions.reminding import tell_of_clocks
from oneroof.care.actions.states import wake_due
from oneroof.care.outbox.waking import drain_outbox, sources_with_work, wake_outbox
from oneroof.core.by_the_clock import by_the_clock

__all__ = ["drain_outbox", "follow", "follow_source", "tend"]


@by_the_clock("* * * * *", name="oneroof.care.tend", queue="care")
def tend() -> None:
    """Wake what was snoozed until now, tell of clocks, and send what was left."""
    wake_due()
    tell_of_clocks()
    for source_id in sources_with_work():
        wake_outbox(source_id)


@by_the_clock("*/5 * * * *", name="oneroof.care.follow", queue="care")
def follow() -> None:
    """Threads of open conversations are read again, each source in a job of its own."""
    for source_id in threads_to_follow():
        try:
            follow_source.configure(queueing_lock=f"follow-{source_id}").defer(source_id=source_id)
        except AlreadyEnqueued:
            continue


@app.task(name="oneroof.care.follow_source", queue="listening")
def follow_source(*, source_id: int) -> None:
    follow_threads(source_id)
