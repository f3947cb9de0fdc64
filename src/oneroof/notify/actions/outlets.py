"""Ways out are tied to a person, a department or the company, and let go."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.http import origin_of
from oneroof.core.sealing import seal, unseal
from oneroof.notify.actions.preferring import NoticeError
from oneroof.notify.carriers import carrier_of, push
from oneroof.notify.carriers.base import is_web_address
from oneroof.notify.kinds import all_kinds
from oneroof.notify.models import LetterState, Outlet
from oneroof.notify.queries import outlet_for

PURPOSE = "oneroof notice outlets"
MOST_OF_ONE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What may be chosen of a room; ``kinds`` counts where it is shared."""

    name: str
    kinds: Collection[str] = ()
    shows_text: bool = False
    is_on: bool = True


class SecretWantedError(NoticeError):
    """A kept secret would go to another server; ``field`` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(_("It would go to another server now: enter it again."))
        self.field = field


def settings_of(outlet: Outlet) -> dict[str, str]:
    """Secrets among them: for its carrier's functions and for nobody's eyes. Raises SecretsLostError."""
    return unseal(outlet.sealed, PURPOSE)


@transaction.atomic
def add_own_room(actor: User, carrier: str, settings: Mapping[str, str], wanted: Wanted) -> Outlet:
    demand(actor, Permission.HEAR)
    _room_for_more(actor)
    return _add(actor, carrier, settings, wanted, user=actor, kinds=[])


@transaction.atomic
def add_shared_room(
    actor: User, carrier: str, settings: Mapping[str, str], wanted: Wanted, department_id: int | None
) -> Outlet:
    """For a department's people, or with None for the company. Raises Department.DoesNotExist."""
    demand(actor, Permission.STEER)
    department = Department.objects.get(pk=department_id) if department_id else None
    return _add(actor, carrier, settings, wanted, department=department, kinds=_known_kinds(wanted.kinds))


@transaction.atomic
def change_room(actor: User, outlet_id: int, settings: Mapping[str, str], wanted: Wanted) -> Outlet:
    """A field that is left out or empty stays; no secret stays where an address leads to another server.
    Raises Outlet.DoesNotExist, NoticeError."""
    demand(actor, Permission.HEAR)
    outlet = _locked(actor, outlet_id)
    before = _shown(outlet)
    given = {key: text for key, text in settings.items() if text}
    known = settings_of(outlet)
    _demand_secrets_anew(outlet, known, given)
    outlet.sealed = seal({**known, **_checked(outlet.carrier, given)}, PURPOSE)
    outlet.name, outlet.shows_text, outlet.is_on = wanted.name, wanted.shows_text, wanted.is_on
    outlet.kinds = _known_kinds(wanted.kinds) if outlet.is_shared else []
    outlet.save(update_fields=["sealed", "name", "shows_text", "is_on", "kinds"])
    if not outlet.is_on:
        switch_off(outlet, "")
    audit.record(actor, "outlet.changed", on=outlet, before=before, after=_shown(outlet))
    return outlet


@transaction.atomic
def remove_outlet(actor: User, outlet_id: int) -> None:
    """Raises Outlet.DoesNotExist."""
    demand(actor, Permission.HEAR)
    outlet = _locked(actor, outlet_id)
    audit.record(actor, "outlet.removed", on=outlet, before=_shown(outlet))
    outlet.delete()


@transaction.atomic
def tie_browser(actor: User, subscription: Mapping[str, str], name: str) -> Outlet:
    """The browser shows this person's notices from now on, and nobody else's. Repeated, it is done once."""
    demand(actor, Permission.HEAR)
    if refusal := push.why_not_subscription(subscription):
        raise NoticeError(_(refusal))
    _room_for_more(actor)
    kept = {key: subscription[key] for key in ("endpoint", "p256dh", "auth")}
    fingerprint = fingerprint_of(kept["endpoint"])
    Outlet.objects.filter(fingerprint=fingerprint).exclude(
        user=actor
    ).delete()  # with what waits for somebody else
    columns = {"user": actor, "made_by": actor, "name": name[:120], "sealed": seal(kept, PURPOSE)}
    outlet, is_new = Outlet.objects.update_or_create(
        fingerprint=fingerprint, carrier="push", defaults={**columns, "is_on": True}
    )
    if is_new:
        audit.record(actor, "outlet.added", on=outlet, after=_shown(outlet))
    return outlet


def switch_off(outlet: Outlet, reason: str) -> None:
    """What waits for it goes nowhere. The caller's transaction; no actor: it closed itself, or was audited
    above."""
    Outlet.objects.filter(pk=outlet.pk).update(is_on=False)
    waiting = outlet.dispatches.filter(state=LetterState.WAITING)
    waiting.update(state=LetterState.FAILED, changed_at=clock.now(), reason=reason)


def fingerprint_of(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _add(
    actor: User,
    carrier: str,
    settings: Mapping[str, str],
    wanted: Wanted,
    *,
    kinds: Collection[str],
    user: User | None = None,
    department: Department | None = None,
) -> Outlet:
    outlet = Outlet.objects.create(
        carrier=carrier,
        name=wanted.name,
        sealed=seal(_checked(carrier, settings), PURPOSE),
        user=user,
        department=department,
        kinds=list(kinds),
        shows_text=wanted.shows_text,
        is_on=wanted.is_on,
        made_by=actor,
    )
    audit.record(actor, "outlet.added", on=outlet, after=_shown(outlet))
    return outlet


def _locked(actor: User, outlet_id: int) -> Outlet:
    Outlet.objects.select_for_update().filter(pk=outlet_id).first()
    return outlet_for(actor, outlet_id)


def _checked(carrier: str, settings: Mapping[str, str]) -> dict[str, str]:
    """What the carrier asks for, and nothing else."""
    fields = {field.key: field for field in carrier_of(carrier).fields}
    for key, text in settings.items():
        if key not in fields or (refusal := fields[key].check(text)):
            raise NoticeError(str(refusal) if key in fields else _("This is not asked for here."))
    return dict(settings)


def _demand_secrets_anew(outlet: Outlet, known: Mapping[str, str], given: Mapping[str, str]) -> None:
    """A secret goes nowhere but where whoever knows it sent it."""
    open_fields = [field.key for field in outlet.what.fields if not field.secret]
    moves = any(
        origin_of(given[key]) != origin_of(known.get(key, ""))
        for key in open_fields
        if is_web_address(given.get(key, ""))
    )
    for field in outlet.what.fields:
        if moves and field.secret and not given.get(field.key):
            raise SecretWantedError(field.key)


def _known_kinds(kinds: Collection[str]) -> list[str]:
    if not set(kinds) <= {kind.key for kind in all_kinds()}:
        raise NoticeError(_("One of these kinds is not known."))
    return sorted(set(kinds))


def _room_for_more(actor: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Outlet.objects.filter(user=actor).count() >= MOST_OF_ONE:
        raise NoticeError(_("Twenty browsers and rooms are the most that one person has."))


def _shown(outlet: Outlet) -> dict[str, object]:
    return {
        "carrier": outlet.carrier,
        "name": outlet.name,
        "department": outlet.department_id,
        "kinds": list(outlet.kinds),
        "shows_text": outlet.shows_text,
        "is_on": outlet.is_on,
    }
