"""What the page of a CRM shows: its mapping, and what came and went last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from oneroof.core import clock
from oneroof.customers.crm.dialects import DIALECTS, fields_of, object_name
from oneroof.customers.models import CrmDispatch, CrmReceipt, CrmSync, DispatchState, RecordKind

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mapped:
    """One of their objects: ``fields`` are ours with their paths."""

    kind: str
    theirs: str
    fields: Sequence[tuple[str, str]]


def all_crms() -> QuerySet[CrmSync]:
    counted = CrmSync.objects.select_related("owner").annotate(
        waiting=Count("dispatches", Q(dispatches__state=DispatchState.WAITING)),
        failed=Count("dispatches", Q(dispatches__state=DispatchState.FAILED)),
    )
    return counted.order_by("name")


def mapping_of(sync: CrmSync) -> list[Mapped]:
    return [
        Mapped(
            str(RecordKind(kind).label),
            object_name(sync.dialect, kind),
            [(name, ", ".join(paths)) for name, paths in fields.items() if paths],
        )
        for kind in DIALECTS[sync.dialect]
        if (fields := fields_of(sync.dialect, kind, sync.mapping))
    ]


def inbox_address(sync: CrmSync) -> str:
    return f"{settings.PUBLIC_URL}/api/v1/crm/{sync.pk}/inbox"


def receipts_of(sync: CrmSync) -> Sequence[CrmReceipt]:
    return list(sync.receipts.all()[:SHOWN])


def dispatches_of(sync: CrmSync) -> Sequence[CrmDispatch]:
    return list(sync.dispatches.select_related("record__customer__person")[:SHOWN])


def state_of(sync: CrmSync) -> str:
    """One that ``core.states`` knows."""
    if not sync.is_on:
        return "paused"
    if sync.failing_since:
        return "failing"
    return "ok" if sync.heard_at or sync.sent_at else "new"


def is_refusal_news(sync: CrmSync) -> bool:
    """Whether nothing was taken since a message was refused."""
    refused = sync.refused_at
    return refused is not None and (sync.heard_at or refused) <= refused <= clock.now()
