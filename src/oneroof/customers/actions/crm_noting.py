"""That something is to be told to a CRM is noted, in the transaction that made it true. Once while it waits."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from oneroof.customers.belongings import Holder
from oneroof.customers.crm.tombstones import digest_of
from oneroof.customers.models import (
    CrmDispatch,
    CrmErased,
    CrmRecord,
    CrmSync,
    EventKind,
    Identity,
    Person,
    RecordKind,
    Topic,
)


def note_people_changed(rows: Collection[int]) -> None:
    """Something is known anew of the humans whose rows these are."""
    syncs = _syncs(Topic.PEOPLE, Topic.FLAGS)
    if not syncs:
        return
    wholes = {
        whole or row for row, whole in Person.objects.filter(pk__in=rows).values_list("pk", "merged_into")
    }
    _leave(EventKind.PERSON_CHANGED, [(record, 0) for record in _records(syncs, wholes)])


def note_conversations_changed(pairs: Iterable[tuple[int, int | None]]) -> None:
    """``pairs`` are numbers of conversations and of who speaks there."""
    syncs = _syncs(Topic.CONVERSATIONS)
    if not syncs:
        return
    told = [(conversation, identity) for conversation, identity in pairs if identity]
    identities = Identity.objects.filter(pk__in={identity for _conversation, identity in told})
    people = dict(identities.values_list("pk", "person_id"))
    for conversation, identity in told:
        records = _records(syncs, {people[identity]}) if identity in people else []
        _leave(EventKind.CONVERSATION_CHANGED, [(record, conversation) for record in records])


def note_erased(holder: Holder) -> None:
    """Before a person's rows go: whoever knows them is told to erase them, too, and what they still tell of them
    is not taken any more."""
    records = CrmRecord.objects.filter(kind=RecordKind.PERSON, customer__person__in=holder.rows)
    for record in records.select_related("sync"):
        digest = digest_of(record.sync, record.external_id)
        CrmErased.objects.get_or_create(sync=record.sync, digest=digest)
        if record.sync.is_on and record.sync.address:
            CrmDispatch.objects.create(
                sync=record.sync, kind=EventKind.PERSON_ERASED, erased_id=record.external_id
            )


def _syncs(*kinds: str) -> list[CrmSync]:
    return [each for each in CrmSync.objects.sending() if set(each.sends) & set(kinds)]


def _records(syncs: Collection[CrmSync], wholes: Collection[int]) -> list[CrmRecord]:
    whose = Q(customer__person__in=wholes) | Q(customer__person__merged_into__in=wholes)
    return list(CrmRecord.objects.filter(whose, sync__in=syncs, kind=RecordKind.PERSON, is_gone=False))


def _leave(kind: EventKind, told: Iterable[tuple[CrmRecord, int]]) -> None:
    waiting = [
        CrmDispatch(sync_id=record.sync_id, record=record, kind=kind, subject_id=number)
        for record, number in told
    ]
    CrmDispatch.objects.bulk_create(waiting, ignore_conflicts=True)
