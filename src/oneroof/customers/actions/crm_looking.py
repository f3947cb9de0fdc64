"""Flags follow from what happens everywhere, so people are looked at in turns: whose changed is noted."""

from django.db import transaction
from django.db.models import F

from oneroof.core import clock
from oneroof.customers.actions.crm_noting import note_people_changed
from oneroof.customers.crm.telling import digest_of, person_told, says_something
from oneroof.customers.models import CrmRecord, CrmSync, RecordKind

IN_A_TURN = 200


def look_around(at_once: int = IN_A_TURN) -> int:
    """Those at whom nobody looked for longest; of how many there is news."""
    syncs = {each.pk: each for each in CrmSync.objects.sending().select_related("owner") if each.has_owner}
    records = CrmRecord.objects.filter(
        kind=RecordKind.PERSON, is_gone=False, customer__isnull=False, sync__in=syncs
    ).select_related("customer__person")
    return sum(
        _look(syncs[record.sync_id], record)
        for record in records.order_by(F("looked_at").asc(nulls_first=True), "pk")[:at_once]
    )


@transaction.atomic
def _look(sync: CrmSync, record: CrmRecord) -> bool:
    told = person_told(sync, record)
    CrmRecord.objects.filter(pk=record.pk).update(looked_at=clock.now())
    is_news = (
        told is not None and digest_of(told) != record.told and (bool(record.told) or says_something(told))
    )
    if is_news and record.customer:
        note_people_changed([record.customer.person_id])
    return is_news
