"""What is to be told leaves as signed events, one CRM's in turn: decision 0155.

What is told is looked up when it leaves. While a CRM does not answer, nothing else of its goes either: it is tried
again after a minute, then after twice as long each time, for three days; whoever set it up is told.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.core.http import FetchedResponse, FetchError, SafeClient, Verdict, told_to_wait, verdict
from oneroof.core.sealing import SecretsLostError
from oneroof.core.webhooks import WrongSecretError, signed_headers
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.crm.telling import digest_of, person_told, says_something, subject_told, with_place
from oneroof.customers.models import CrmDispatch, CrmReceipt, CrmSync, DispatchState, EventKind
from oneroof.notify.actions.telling import tell

AT_ONCE = 200
DEADLINE = 15.0
MAX_ANSWER = 65_536
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
TOLD_AFTER, GIVEN_UP_AFTER = timedelta(hours=1), timedelta(days=3)
LEFT_ALONE = timedelta(minutes=10)
KEPT_FOR = timedelta(days=30)
REASON = 300
FAILED_KIND = "crm_failed"
GONE = 410


def due_syncs() -> list[int]:
    """Those for which something waits and whose time has come."""
    waiting = CrmSync.objects.sending().filter(dispatches__state=DispatchState.WAITING).distinct()
    return [sync.pk for sync in waiting if not sync.is_waiting(clock.now())]


def give_up_lost() -> None:
    """What was being sent when its process died goes again: a receiver takes a message once."""
    lost = CrmDispatch.objects.filter(state=DispatchState.SENDING, changed_at__lt=clock.now() - LEFT_ALONE)
    for dispatch in lost:
        _wait_again(dispatch, _("Its sender died on the way."))


def send_due(sync_id: int, *, deadline: float = DEADLINE) -> None:
    """In the order in which it was noted, until one is not taken."""
    for _number in range(AT_ONCE):
        sync = CrmSync.objects.sending().select_related("owner").filter(pk=sync_id).first()
        if sync is None or sync.is_waiting(clock.now()):
            return
        if not sync.has_owner:
            _stop(sync, _("Whoever set it up may not any more: somebody else must take it over."))
            return
        dispatch = _next(sync)
        if dispatch is None or not _send(sync, dispatch, deadline):
            return


def tidy() -> None:
    """What was taken or told long ago goes. A message's number stays longer than anybody sends it again."""
    before = clock.now() - KEPT_FOR
    CrmReceipt.objects.filter(at__lt=before).delete()
    CrmDispatch.objects.filter(state=DispatchState.SENT, changed_at__lt=before).delete()


def _next(sync: CrmSync) -> CrmDispatch | None:
    """The longest waiting, made *sending* by one conditional UPDATE."""
    waiting = CrmDispatch.objects.filter(sync=sync, state=DispatchState.WAITING).order_by("pk")
    found = waiting.select_related("record__customer__person").first()
    if found is None:
        return None
    taken = CrmDispatch.objects.filter(pk=found.pk, state=DispatchState.WAITING).update(
        state=DispatchState.SENDING, attempts=F("attempts") + 1, changed_at=clock.now()
    )
    return found if taken else None


def _send(sync: CrmSync, dispatch: CrmDispatch, deadline: float) -> bool:
    """Whether the next one may follow."""
    told = _told(sync, dispatch)
    if told is None:
        dispatch.delete()
        return True
    try:
        answer = _post(sync, dispatch, told, deadline)
    except (SecretsLostError, WrongSecretError) as error:
        _wait_again(dispatch, str(error))
        _stop(sync, str(error))
        return False
    except FetchError as error:
        _later(sync, dispatch, error.reason)
        return False
    return _judged(sync, dispatch, answer, told)


def _told(sync: CrmSync, dispatch: CrmDispatch) -> Mapping[str, Any] | None:
    """None where there is no news (any more)."""
    if dispatch.kind == EventKind.PERSON_ERASED:
        return {"person": dispatch.erased_id}
    record = dispatch.record
    if record is None or record.customer is None:
        return None
    if dispatch.kind != EventKind.PERSON_CHANGED:
        return subject_told(record, dispatch.kind, dispatch.subject_id)
    told = person_told(sync, record)
    if told is None or digest_of(told) == record.told or not (record.told or says_something(told)):
        return None
    return told


def _post(sync: CrmSync, dispatch: CrmDispatch, told: Mapping[str, Any], deadline: float) -> FetchedResponse:
    """What says the same has the same number at every attempt, and what changed meanwhile another."""
    full = told
    if dispatch.kind == EventKind.PERSON_CHANGED:
        assert dispatch.record
        full = with_place(dispatch.record, dict(told))
    at = clock.now()
    body = json.dumps({"type": dispatch.kind, "timestamp": at.isoformat(), "data": full}, ensure_ascii=False)
    said = sha256(json.dumps(full, sort_keys=True).encode()).hexdigest()[:16]
    headers = signed_headers(secrets_of(sync).ours, f"msg_{dispatch.pk}_{said}", at, body.encode())
    client = SafeClient(allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL)
    return client.post(
        sync.address,
        content=body.encode(),
        headers={**headers, "content-type": "application/json"},
        deadline=deadline,
        max_bytes=MAX_ANSWER,
    )


def _judged(sync: CrmSync, dispatch: CrmDispatch, answer: FetchedResponse, told: Mapping[str, Any]) -> bool:
    said = _("It answered %(status)d.") % {"status": answer.status}
    match verdict(answer.status):
        case Verdict.TAKEN:
            _taken(sync, dispatch, told)
            return True
        case Verdict.REFUSED:
            _settle(dispatch, DispatchState.FAILED, said)
            _tell_owner(sync, said)
            return True
        case Verdict.CLOSED:
            _wait_again(dispatch, said)
            _stop(sync, said) if answer.status == GONE else _pause(sync, said, tell_now=True)
        case _:
            _later(sync, dispatch, said, told_to_wait(answer.headers, clock.now()))
    return False


@transaction.atomic
def _taken(sync: CrmSync, dispatch: CrmDispatch, told: Mapping[str, Any]) -> None:
    if dispatch.kind == EventKind.PERSON_CHANGED and dispatch.record:
        dispatch.record.told, dispatch.record.looked_at = digest_of(dict(told)), clock.now()
        dispatch.record.save(update_fields=["told", "looked_at"])
    dispatch.erased_id = ""
    _settle(dispatch, DispatchState.SENT, "")
    CrmSync.objects.filter(pk=sync.pk).update(
        sent_at=clock.now(), failing_since=None, failure="", failures=0, retry_at=None
    )


def _later(sync: CrmSync, dispatch: CrmDispatch, reason: str, asked: timedelta = timedelta(0)) -> None:
    _wait_again(dispatch, reason)
    _pause(sync, reason, asked)


def _pause(sync: CrmSync, reason: str, asked: timedelta = timedelta(0), *, tell_now: bool = False) -> None:
    now = clock.now()
    since = sync.failing_since or now
    if now - since >= GIVEN_UP_AFTER:
        _stop(sync, reason)
        return
    usual = min(FIRST_PAUSE * 2 ** min(sync.failures, 10), LONGEST_PAUSE)
    CrmSync.objects.filter(pk=sync.pk).update(
        failing_since=since,
        failure=reason[:REASON],
        failures=F("failures") + 1,
        retry_at=now + max(asked, usual),
    )
    if tell_now or now - since >= TOLD_AFTER:
        _tell_owner(sync, reason)


def _stop(sync: CrmSync, reason: str) -> None:
    """Nothing goes there until somebody says so; what waits stays."""
    CrmSync.objects.filter(pk=sync.pk).update(
        is_on=False, failing_since=sync.failing_since or clock.now(), failure=reason[:REASON]
    )
    _tell_owner(sync, reason)


def _wait_again(dispatch: CrmDispatch, reason: str) -> None:
    """Unless another of the same waits meanwhile, which will say all."""
    try:
        with transaction.atomic():
            _settle(dispatch, DispatchState.WAITING, reason)
    except IntegrityError:
        dispatch.delete()


def _settle(dispatch: CrmDispatch, state: DispatchState, reason: str) -> None:
    dispatch.state, dispatch.reason, dispatch.changed_at = state, reason[:REASON], clock.now()
    dispatch.save(update_fields=["state", "reason", "changed_at", "erased_id"])


def _tell_owner(sync: CrmSync, reason: str) -> None:
    """Once a day."""
    if sync.owner is None:
        return
    with translation.override(sync.owner.language):
        title = _("“%(name)s” does not take what we tell it") % {"name": sync.name}
    tell(
        [sync.owner],
        key=f"crm:{sync.pk}:{clock.now():%Y-%m-%d}",
        kind=FAILED_KIND,
        title=title,
        body=reason,
        path=f"/desk/settings/crm/{sync.pk}/",
    )
