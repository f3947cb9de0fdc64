"""How one wants to be told."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.notify.kinds import Way, all_kinds
from oneroof.notify.models import Preferences, Rhythm


class NoticeError(OneroofError):
    """What was chosen can't be; the text says why and is fit to show."""


@transaction.atomic
def choose(
    actor: User,
    *,
    ways: Mapping[str, Collection[str]],
    takes_email: bool,
    quiet_from: time | None,
    quiet_until: time | None,
    rhythm: str = Rhythm.AT_ONCE,
) -> Preferences:
    """Set it all at once: ``ways`` are those of each kind, none for not at all; what goes anywhere stands at
    the desk as well. Quiet hours have both ends or none."""
    demand(actor, Permission.OWN_ACCOUNT)
    if (quiet_from is None) != (quiet_until is None):
        raise NoticeError(_("Quiet hours have a beginning and an end."))
    chosen = {kind: set(each) | ({Way.DESK.value} if each else set()) for kind, each in ways.items()}
    if not (set(ways) <= {kind.key for kind in all_kinds()} and set().union(*chosen.values()) <= set(Way)):
        raise NoticeError(_("One of these kinds or ways is not known."))
    if rhythm not in Rhythm:
        raise NoticeError(_("One of these kinds or ways is not known."))
    columns = {
        "takes_email": takes_email,
        "rhythm": str(rhythm),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    kept = {kind: [way.value for way in Way if way in each] for kind, each in chosen.items()}
    return _write(actor, "notices.chosen", ways=kept, **columns)


@transaction.atomic
def take_no_email(actor: User) -> None:
    """No notice at all by e-mail any more; asked twice, it is done once."""
    demand(actor, Permission.OWN_ACCOUNT)
    _write(actor, "notices.unsubscribed", takes_email=False)


def _write(actor: User, verb: str, **columns: Any) -> Preferences:
    Preferences.objects.get_or_create(user=actor)
    preferences = Preferences.objects.select_for_update().get(user=actor)
    before = {name: getattr(preferences, name) for name in columns}
    if before == columns:
        return preferences
    for name, value in columns.items():
        setattr(preferences, name, value)
    preferences.save(update_fields=list(columns))
    audit.record(actor, verb, on=preferences, before=before, after=columns)
    return preferences
