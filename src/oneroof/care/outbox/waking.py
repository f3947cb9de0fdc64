"""Who makes the outbox go: each queued reply, and once a minute whatever was left."""

from django.db.models import Q
from procrastinate.contrib.django import app

from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox.sending import drain
from oneroof.core import clock
from oneroof.core.events import AHEAD


@app.task(name="oneroof.care.drain_outbox", queue="outbox")
def drain_outbox(*, source_id: int) -> None:
    """One at a time for each source: its lock is the source's."""
    drain(source_id)


def wake_outbox(source_id: int) -> None:
    """Inside the transaction that queues a reply: its job is committed with it, and goes before what waits."""
    drain_outbox.configure(lock=f"outbox-{source_id}", priority=AHEAD).defer(source_id=source_id)


def sources_with_work() -> list[int]:
    """Sources with a reply that is due, or that a dead sender left behind."""
    now = clock.now()
    queued = Q(state=ReplyState.QUEUED) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    left = Q(state=ReplyState.SENDING, lease_expires_at__lte=now)
    return sorted(set(Reply.objects.filter(queued | left).values_list("source_id", flat=True).distinct()))
