"""A member says that an entry breaks the rules."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import demand_takes_part, keep_hold
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryWithdrawn
from oneroof.community.models import Entry, Hold, Membership, Report, ReportReason
from oneroof.community.rules.trust import REPORTS_HOLD
from oneroof.core import clock, events
from oneroof.notify.actions import tell


@transaction.atomic
def report(actor: User, entry_id: int, reason: str, note: str = "") -> Report:
    """Once a member; several reports of people with some trust hold it back until a moderator has looked."""
    demand(actor, Permission.TAKE_PART)
    demand_takes_part(actor)
    if reason not in ReportReason.values:
        raise CommunityError(_("Say why."))
    entry = store.locked(actor, entry_id)
    if store.is_of(actor, entry):
        raise CommunityError(_("This is yours: change it or delete it yourself."))
    made, is_new = Report.objects.get_or_create(
        entry=entry,
        member=member_of(actor),
        defaults={"reason": reason, "note": note.replace("\0", "")[:500], "at": clock.now()},
    )
    if is_new:
        store.audited(actor, "reported", entry, reason=reason)
        _tell_keepers(entry)
        _hold_where_many(entry)
    return made


def _hold_where_many(entry: Entry) -> None:
    """Once: what a moderator released is not held again by the same reports."""
    waiting = entry.reports.filter(outcome="", member__trust__gte=1)
    if entry.held_at or waiting.count() < REPORTS_HOLD:
        return
    keep_hold(entry, Hold(whys=[Hold.Why.REPORTED]))
    events.publish(EntryWithdrawn(entry.pk, entry.kind))


def _tell_keepers(entry: Entry) -> None:
    """Of a private group, whose content moderators from elsewhere do not read."""
    if entry.group.is_public:
        return
    keepers = entry.group.memberships.filter(state=Membership.State.KEEPER)
    tell(
        User.objects.active().filter(community_member__memberships__in=keepers),
        key=f"community-report:{entry.pk}",
        kind="community_group",
        title=_("Something was reported in %(group)s") % {"group": entry.group.name},
        path=entry.get_absolute_url(),
    )
