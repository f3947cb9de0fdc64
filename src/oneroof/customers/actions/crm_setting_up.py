"""A CRM is set up by a lead, changed, started again, and let go."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.core.http import origin_of
from oneroof.customers.crm.dialects import DIALECTS
from oneroof.customers.crm.secrets import Secrets, new_secrets, sealed
from oneroof.customers.models import CrmSync, Dialect, DispatchState, Topic


class CrmError(OneroofError):
    """Nothing was set up or changed, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    name: str
    dialect: str = Dialect.OWN
    address: str = ""
    sends: tuple[str, ...] = ()
    may_erase: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def set_up_crm(actor: User, wanted: Wanted) -> tuple[CrmSync, Secrets]:
    """The secrets are shown this once. Raises CrmError."""
    demand(actor, Permission.GOVERN_PEOPLE)
    _check(wanted)
    secrets = new_secrets()
    sync = CrmSync(owner=actor, dialect=wanted.dialect, sealed=sealed(secrets))
    _write(sync, wanted)
    audit.record(actor, "crm.set_up", on=sync, after=_shown(sync))
    return sync, secrets


@transaction.atomic
def change_crm(actor: User, sync_id: int, wanted: Wanted) -> CrmSync:
    """Its dialect stays. Raises CrmSync.DoesNotExist, CrmError."""
    sync = _held(actor, sync_id)
    _check(wanted, sync.dialect)
    before = _shown(sync)
    if wanted.address and sync.address and origin_of(wanted.address) != origin_of(sync.address):
        sync.owner = actor  # who sends it elsewhere answers for that
    _write(sync, wanted)
    audit.record(actor, "crm.changed", on=sync, before=before, after=_shown(sync))
    return sync


@transaction.atomic
def renew_secrets(actor: User, sync_id: int) -> Secrets:
    """The old ones hold no more. Raises CrmSync.DoesNotExist."""
    sync = _held(actor, sync_id)
    secrets = new_secrets()
    sync.sealed = sealed(secrets)
    sync.save(update_fields=["sealed"])
    audit.record(actor, "crm.secrets_renewed", on=sync)
    return secrets


@transaction.atomic
def try_again(actor: User, sync_id: int) -> CrmSync:
    """What failed waits again, nothing is paused, and it is on; who has no right to answer for it any more is
    followed by whoever does this. Raises CrmSync.DoesNotExist."""
    sync = _held(actor, sync_id)
    if not sync.has_owner:
        sync.owner = actor
    sync.is_on, sync.retry_at, sync.failing_since, sync.failure, sync.failures = True, None, None, "", 0
    sync.save(update_fields=["owner", "is_on", "retry_at", "failing_since", "failure", "failures"])
    for dispatch in sync.dispatches.filter(state=DispatchState.FAILED).order_by("pk"):
        try:
            with transaction.atomic():
                dispatch.state = DispatchState.WAITING
                dispatch.save(update_fields=["state"])
        except IntegrityError:
            dispatch.delete()  # another of the same waits, and will say all
    audit.record(actor, "crm.tried_again", on=sync)
    return sync


@transaction.atomic
def switch_crm_off(actor: User, sync_id: int) -> CrmSync:
    """Nothing comes and nothing goes; what changes meanwhile is told later. Raises CrmSync.DoesNotExist."""
    sync = _held(actor, sync_id)
    sync.is_on = False
    sync.save(update_fields=["is_on"])
    audit.record(actor, "crm.switched_off", on=sync)
    return sync


@transaction.atomic
def remove_crm(actor: User, sync_id: int) -> None:
    """What it told of customers and purchases stays; its cases and products owned go with it. Raises
    CrmSync.DoesNotExist."""
    sync = _held(actor, sync_id)
    audit.record(actor, "crm.removed", on=sync, before=_shown(sync))
    sync.delete()


def _held(actor: User, sync_id: int) -> CrmSync:
    demand(actor, Permission.GOVERN_PEOPLE)
    return CrmSync.objects.select_for_update(no_key=True).get(pk=sync_id)


def _check(wanted: Wanted, dialect: str = "") -> None:
    fields = DIALECTS.get(dialect or wanted.dialect)
    if fields is None or not set(wanted.sends) <= set(Topic.values):
        raise CrmError(_("That is none of the choices."))
    for name in wanted.mapping:
        kind, _dot, ours = name.partition(".")
        if ours not in fields.get(kind, {}):
            raise CrmError(_("“%(name)s” is no field that is taken.") % {"name": name[:80]})


def _write(sync: CrmSync, wanted: Wanted) -> None:
    sync.name, sync.address = wanted.name.strip(), wanted.address.strip()
    sync.sends, sync.may_erase, sync.mapping = list(wanted.sends), wanted.may_erase, dict(wanted.mapping)
    try:
        with transaction.atomic():
            sync.save()
    except IntegrityError as error:
        raise CrmError(_("There is one of this name already.")) from error


def _shown(sync: CrmSync) -> dict[str, object]:
    names = ("name", "dialect", "address", "sends", "may_erase", "mapping")
    return {name: getattr(sync, name) for name in names}
