"""What a CRM pushes is taken: believed by its signature, once a message, each record by when it was changed there.

Whoever applies a message holds its CRM's row until its transaction ends, so two messages of one never cross.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction

from oneroof.core import clock
from oneroof.core.files import UnreadableRowError
from oneroof.core.webhooks import ReceiptRefusedError, verified_id
from oneroof.customers.actions.crm_books import store
from oneroof.customers.actions.crm_forgetting import take_erasure
from oneroof.customers.crm.reading import ERASED, Message, number_of, read_message, read_record
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.crm.tombstones import is_erased
from oneroof.customers.models import CrmReceipt, CrmRecord, CrmSync

SIZE_LIMIT = 1_048_576
AHEAD = timedelta(minutes=5)
MOST_TOLD = 50
REASON = 300

type Outcome = Literal["stored", "older", "erased"]


@dataclass(frozen=True, slots=True)
class Taken:
    """``is_new`` is False of a message that was taken before: say yes to it, and nothing was done."""

    is_new: bool
    receipt: CrmReceipt


def take_message(sync_id: int, headers: Mapping[str, str], body: bytes) -> Taken:
    """Raises CrmSync.DoesNotExist of one that is not there or off, ReceiptRefusedError, SecretsLostError."""
    sync = CrmSync.objects.on().get(pk=sync_id)
    try:
        message_id, message = _believed(sync, headers, body)
    except ReceiptRefusedError as refusal:
        _note_refusal(sync, refusal.reason)
        raise
    with transaction.atomic():
        held = CrmSync.objects.select_for_update(no_key=True).get(pk=sync_id)
        receipt, is_new = CrmReceipt.objects.get_or_create(sync=held, message_id=message_id)
        if is_new:
            _apply(held, message, receipt)
    return Taken(is_new, receipt)


def _believed(sync: CrmSync, headers: Mapping[str, str], body: bytes) -> tuple[str, Message]:
    if len(body) > SIZE_LIMIT:
        raise ReceiptRefusedError(f"The body is larger than {SIZE_LIMIT:,} bytes.", status=413)
    secret = secrets_of(sync).theirs
    message_id = verified_id([secret], headers, body, now=clock.now())
    return message_id, read_message(body)


def _apply(sync: CrmSync, message: Message, receipt: CrmReceipt) -> None:
    for index, raw in enumerate(message.records):
        try:
            outcome = _erase(sync, raw) if message.type == ERASED else _take(sync, raw)
        except UnreadableRowError as error:
            receipt.rejected.append({"index": index, "reason": str(error)[:REASON]})
        else:
            setattr(receipt, outcome, getattr(receipt, outcome) + 1)
    receipt.rejected = receipt.rejected[:MOST_TOLD]
    receipt.save(update_fields=["stored", "older", "erased", "rejected"])
    CrmSync.objects.filter(pk=sync.pk).update(heard_at=clock.now())


def _take(sync: CrmSync, raw: object) -> Outcome:
    told = read_record(sync.dialect, sync.mapping, raw, latest=clock.now() + AHEAD)
    who = told.external_id if told.kind == "person" else str(told.fields.get("person") or "")
    if who and is_erased(sync, who):
        return "erased"
    record, _is_new = CrmRecord.objects.get_or_create(sync=sync, kind=told.kind, external_id=told.external_id)
    if record.changed_at and told.changed_at < record.changed_at:
        return "older"
    store(sync, record, told)
    return "stored"


def _erase(sync: CrmSync, raw: object) -> Outcome:
    take_erasure(sync, number_of(sync.dialect, sync.mapping, raw))
    return "erased"


def _note_refusal(sync: CrmSync, reason: str) -> None:
    """For its page. The same again is not written again, so that nobody keeps our disk busy."""
    told = reason[:REASON]
    CrmSync.objects.filter(pk=sync.pk).exclude(refusal=told).update(refusal=told, refused_at=clock.now())
