"""What is told of a person: what we know and they did not tell us, so nothing of theirs goes back to them.

Rooms above tell what else is told, by number::

    register_crm_subject(EventKind.CONVERSATION_CHANGED, conversation_told)
"""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from oneroof.accounts.models import User
from oneroof.customers.consent import may_we, words_of
from oneroof.customers.flags import flags_of
from oneroof.customers.models import CrmRecord, CrmSync, EventKind, Identity, StatedHandle, Topic
from oneroof.customers.queries import rows_of
from oneroof.customers.reach import reach_of

TOLD_ON = "synced"
"""The purpose that a person may refuse."""

type Told = dict[str, Any]
type Tell = Callable[[int], Mapping[str, Any] | None]

_subjects: dict[str, Tell] = {}


def register_crm_subject(kind: EventKind, tell: Tell) -> None:
    """``tell`` gives what is known of a number now, None of what is no more."""
    _subjects[kind] = tell


def subject_told(record: CrmRecord, kind: str, subject_id: int) -> Told | None:
    """None where there is nothing to tell, or they do not want it told."""
    told = _subjects[kind](subject_id) if kind in _subjects else None
    if told is None or not _may_tell(record):
        return None
    return {"person": record.external_id, **told}


def person_told(sync: CrmSync, record: CrmRecord) -> Told | None:
    """As far as the CRM's owner may know; None of somebody who does not want it told."""
    assert record.customer
    assert sync.owner
    if not _may_tell(record):
        return None
    rows = rows_of(record.customer.person.whole_id)
    told: Told = {}
    if Topic.PEOPLE in sync.sends:
        told |= {"handles": _handles(sync, rows), "reach": _reach(rows), "consent": _consent(sync, rows)}
    if Topic.FLAGS in sync.sends:
        told |= {"flags": _flags(sync.owner, rows)}
    return told


def says_something(told: Told) -> bool:
    return any(told.values())


def digest_of(told: Told) -> str:
    """The same while nothing changed that counts: the figure in a flag's reason changes daily."""
    counting = {**told, "flags": sorted(flag["key"] for flag in told.get("flags", ()))}
    return sha256(json.dumps(counting, sort_keys=True).encode()).hexdigest()


def with_place(record: CrmRecord, told: Told) -> Told:
    assert record.customer
    whole = record.customer.person.whole_id
    place = settings.PUBLIC_URL + reverse("customers:person", args=[whole])
    return {"person": record.external_id, "oneroof_id": whole, "url": place, **told}


def _may_tell(record: CrmRecord) -> bool:
    assert record.customer
    return bool(may_we(TOLD_ON, [record.customer.person_id]))


def _handles(sync: CrmSync, rows: Sequence[int]) -> list[Told]:
    """Where they were heard; not what this CRM's own records name."""
    named = StatedHandle.objects.filter(customer__crm_records__sync=sync, customer__person__in=rows)
    theirs = set(named.values_list("network", "handle_folded"))
    heard = Identity.objects.filter(born__in=rows).order_by("network", "handle_folded")
    return [
        {"network": each.network, "handle": each.handle}
        for each in heard
        if (each.network, each.handle_folded) not in theirs
    ]


def _reach(rows: Sequence[int]) -> Told:
    """What they or a colleague chose; what is only guessed is not told."""
    reach = reach_of(rows)
    return {"channel": reach.channel, "language": reach.language} if reach.chosen_at else {}


def _consent(sync: CrmSync, rows: Sequence[int]) -> Told:
    return {
        word.purpose.key: {"is_given": word.said.is_given, "at": word.said.at.isoformat()}
        for word in words_of(rows)
        if word.said and word.said.told_by_id != sync.pk
    }


def _flags(owner: User, rows: Sequence[int]) -> list[Told]:
    identities = list(Identity.objects.filter(born__in=rows).values_list("pk", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        flags = flags_of(owner, rows, identities)
        return [{"key": flag.key, "label": str(flag.label), "reason": str(flag.reason)} for flag in flags]
