"""Sources at which replies do not go out, for their health."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse

from oneroof.care.models import Reply, ReplyState
from oneroof.core import clock
from oneroof.listening.answering import Answering

LOOKED_BACK = timedelta(days=7)
IN_TROUBLE = Q(state__in=(ReplyState.FAILED, ReplyState.UNKNOWN)) | (
    Q(state=ReplyState.QUEUED, attempts__gt=0) & ~Q(reason="")
)


def replies_in_trouble(source_ids: Sequence[int]) -> dict[int, Answering]:
    """What came back undelivered did leave: it is no trouble of the source."""
    since = clock.now() - LOOKED_BACK
    troubled = Reply.objects.filter(
        IN_TROUBLE, source_id__in=source_ids, by_hand=False, sent_at=None, changed_at__gte=since
    )
    url = reverse("care:outbox")
    return {
        source: Answering(
            failed=failed,
            unsure=unsure,
            retried=retried,
            is_failing=last_sent_at is None or last_sent_at < at,
            reason=reason,
            at=at,
            url=url,
        )
        for source, failed, unsure, retried, reason, at, last_sent_at in _latest(troubled)
    }


def _latest(troubled: QuerySet[Reply]) -> Iterable[tuple[Any, ...]]:
    """One a source: how many of each state, why and when the latest is one, and when a reply last went out."""
    sent = Reply.objects.filter(source_id=OuterRef("source_id"), state=ReplyState.SENT, by_hand=False)
    latest = (
        troubled.annotate(
            failed=_how_many(ReplyState.FAILED),
            unsure=_how_many(ReplyState.UNKNOWN),
            retried=_how_many(ReplyState.QUEUED),
            last_sent_at=Subquery(sent.order_by("-sent_at").values("sent_at")[:1]),
        )
        .order_by("source_id", "-changed_at")
        .distinct("source_id")
    )
    return latest.values_list(
        "source_id", "failed", "unsure", "retried", "reason", "changed_at", "last_sent_at"
    )


def _how_many(state: ReplyState) -> Window:
    return Window(Count("pk", filter=Q(state=state)), partition_by=[F("source_id")])
