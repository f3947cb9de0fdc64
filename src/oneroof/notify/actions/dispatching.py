"""Notices leave for browsers and chat rooms: decision 0117.

A dispatch is *sending*, committed, before the other side hears of it. What surely was not taken is tried
again, for a day. What may have been taken goes again only where the other side takes a message once however
often it comes."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.http import FetchedResponse, FetchError, SafeClient, Verdict, told_to_wait, verdict
from oneroof.core.sealing import SecretsLostError
from oneroof.core.turns import CALL_SECONDS, outward_call
from oneroof.notify.actions.outlets import settings_of, switch_off
from oneroof.notify.actions.preferring import NoticeError
from oneroof.notify.actions.telling import tell
from oneroof.notify.dispatches import compose
from oneroof.notify.models import Dispatch, DispatchLine, LetterState, Outlet, Preferences
from oneroof.notify.queries import is_quiet_for, outlet_for

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=1)
LEFT_ALONE = timedelta(minutes=10)  # after which whoever was sending is dead
DEADLINE = 15.0
FAILED_KIND = "outlet_failed"


def gather_dispatches() -> list[int]:
    """A dispatch for each outlet that something waits for, whose person may be disturbed, and that has none on
    its way. What is older than a day is no news any more."""
    made = (gather_for(outlet) for outlet in _with_lines())
    return [dispatch.pk for dispatch in made if dispatch]


def due_dispatches() -> list[tuple[int, int]]:
    """Keys of dispatches to send now and of their outlets, the longest due first; 1,000 at most."""
    due = Dispatch.objects.filter(
        outlet__in=Outlet.objects.on(), state=LetterState.WAITING, next_attempt_at__lte=clock.now()
    )
    return list(due.order_by("next_attempt_at").values_list("pk", "outlet_id")[:1_000])


@transaction.atomic
def gather_for(outlet: Outlet) -> Dispatch | None:
    """One dispatch of all that waits; None in quiet hours, or where another process was faster."""
    if outlet.user and is_quiet_for(outlet.user, _preferences(outlet)):
        return None
    if not Outlet.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=outlet.pk).exists():
        return None
    waiting = list(_waiting().filter(outlet=outlet).values_list("pk", flat=True))
    if not waiting:
        return None
    dispatch = Dispatch.objects.create(outlet=outlet)
    DispatchLine.objects.filter(pk__in=waiting).update(dispatch=dispatch)
    return dispatch


def send_dispatch(dispatch_id: int, *, deadline: float = DEADLINE) -> None:
    """Attempt once, if it waits and its time has come."""
    dispatch = _taken(dispatch_id)
    if dispatch is None:
        return
    message = compose(dispatch)
    if message is None:
        _settle(dispatch, LetterState.FAILED, "Everything in it was read meanwhile.")
        return
    carrier = dispatch.outlet.what
    try:
        request = carrier.write(settings_of(dispatch.outlet), message)
        answer = _client().send(
            request.method, request.url, content=request.content, headers=request.headers, deadline=deadline
        )
    except (SecretsLostError, KeyError, ValueError) as error:
        _close(dispatch, str(error) or type(error).__name__)
    except FetchError as error:
        _not_answered(dispatch, error)
    else:
        _answered(dispatch, answer)


def send_test(actor: User, outlet_id: int) -> Dispatch:
    """One message that says it is one, now. Raises Outlet.DoesNotExist, NoticeError where it is switched off,
    and UnderWayError."""
    demand(actor, Permission.HEAR)
    outlet = outlet_for(actor, outlet_id)
    if not outlet.is_on:
        raise NoticeError(_("It is switched off."))
    with outward_call(actor.pk):
        dispatch = _test_of(actor, outlet)
        send_dispatch(dispatch.pk, deadline=CALL_SECONDS)
    return Dispatch.objects.filter(pk=dispatch.pk).first() or dispatch


def give_up_lost_dispatches() -> None:
    """What was being sent when its process died goes again where that does no harm; else nobody knows."""
    lost = Dispatch.objects.filter(state=LetterState.SENDING, changed_at__lt=clock.now() - LEFT_ALONE)
    for dispatch in lost.select_related("outlet"):
        state = LetterState.WAITING if dispatch.outlet.what.may_repeat else LetterState.UNKNOWN
        Dispatch.objects.filter(pk=dispatch.pk, state=LetterState.SENDING).update(
            state=state, changed_at=clock.now(), reason="Its sender died on the way."
        )


@transaction.atomic
def _test_of(actor: User, outlet: Outlet) -> Dispatch:
    dispatch = Dispatch.objects.create(outlet=outlet)
    DispatchLine.objects.create(
        outlet=outlet,
        dispatch=dispatch,
        key=f"test:{dispatch.transaction}",
        kind=FAILED_KIND,
        title=_("A test by %(name)s: notices arrive here.") % {"name": actor},
        path=outlet.page,
    )
    audit.record(actor, "outlet.tested", on=outlet)
    return dispatch


def _with_lines() -> Iterator[Outlet]:
    waiting = _waiting().filter(outlet=OuterRef("pk"))
    on_its_way = Dispatch.objects.filter(
        outlet=OuterRef("pk"), state__in=[LetterState.WAITING, LetterState.SENDING]
    )
    found = Outlet.objects.on().filter(Exists(waiting), ~Exists(on_its_way))
    return found.select_related("user__notice_preferences").iterator(chunk_size=500)


def _waiting() -> QuerySet[DispatchLine]:
    return DispatchLine.objects.filter(dispatch=None, at__gt=clock.now() - GIVEN_UP_AFTER)


def _preferences(outlet: Outlet) -> Preferences:
    return getattr(outlet.user, "notice_preferences", None) or Preferences(user=outlet.user)


def _client() -> SafeClient:
    return SafeClient(allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL)


def _taken(dispatch_id: int) -> Dispatch | None:
    """One conditional UPDATE, committed at once: who makes it *sending* sends it."""
    due = Dispatch.objects.filter(
        outlet__in=Outlet.objects.on(),
        pk=dispatch_id,
        state=LetterState.WAITING,
        next_attempt_at__lte=clock.now(),
    )
    taken = due.update(state=LetterState.SENDING, attempts=F("attempts") + 1, changed_at=clock.now())
    if not taken:
        return None
    return Dispatch.objects.select_related("outlet__user", "outlet__made_by").get(pk=dispatch_id)


def _not_answered(dispatch: Dispatch, error: FetchError) -> None:
    if error.sent is False or dispatch.outlet.what.may_repeat:
        _put_back(dispatch, error.reason)
    else:
        _end(dispatch, LetterState.UNKNOWN, error.reason)


def _answered(dispatch: Dispatch, answer: FetchedResponse) -> None:
    outlet, said = dispatch.outlet, _("It answered %(status)d.") % {"status": answer.status}
    if answer.status in outlet.what.dead:
        outlet.delete()
        return
    match verdict(answer.status):
        case Verdict.TAKEN:
            _end(dispatch, LetterState.SENT)
        case Verdict.LATER:
            _put_back(dispatch, said, pause=told_to_wait(answer.headers, clock.now()))
        case Verdict.UNSURE if outlet.what.may_repeat:
            _put_back(dispatch, said)
        case Verdict.UNSURE:
            _end(dispatch, LetterState.UNKNOWN, said)
        case Verdict.CLOSED:
            _close(dispatch, said)
        case Verdict.REFUSED:
            _end(dispatch, LetterState.FAILED, said)
            _tell_owner(outlet, said)


def _put_back(dispatch: Dispatch, reason: str, *, pause: timedelta = timedelta(0)) -> None:
    """A minute, then twice as long each time, up to four hours or as long as we are told; after a day it is
    over."""
    if clock.now() - dispatch.made_at >= GIVEN_UP_AFTER:
        _close(dispatch, reason)
        return
    usual = min(FIRST_PAUSE * 2 ** min(dispatch.attempts - 1, 10), LONGEST_PAUSE)
    dispatch.next_attempt_at = clock.now() + max(pause, usual)
    _end(dispatch, LetterState.WAITING, reason)


@transaction.atomic
def _close(dispatch: Dispatch, reason: str) -> None:
    """The outlet is switched off until somebody mends it; who made it is told."""
    _end(dispatch, LetterState.FAILED, reason)
    switch_off(dispatch.outlet, reason)
    _tell_owner(dispatch.outlet, reason)


@transaction.atomic
def _end(dispatch: Dispatch, state: LetterState, reason: str = "") -> None:
    """The attempt is over, and its outlet shows how it went."""
    _settle(dispatch, state, reason)
    columns = {"worked_at": clock.now()} if state == LetterState.SENT else {"failed_at": clock.now()}
    Outlet.objects.filter(pk=dispatch.outlet_id).update(**columns, failure=reason)


def _settle(dispatch: Dispatch, state: LetterState, reason: str) -> None:
    dispatch.state, dispatch.reason, dispatch.changed_at = state, reason, clock.now()
    dispatch.save(update_fields=["state", "reason", "changed_at", "next_attempt_at"])


def _tell_owner(outlet: Outlet, reason: str) -> None:
    owner = outlet.user or outlet.made_by
    if owner is None:
        return
    with translation.override(owner.language):
        title = _("Notices do not reach “%(name)s” any more") % {"name": outlet.name}
    tell(
        [owner],
        key=f"outlet:{outlet.pk}:{clock.now():%Y-%m-%d}",
        kind=FAILED_KIND,
        title=title,
        body=reason,
        path=outlet.page,
    )
