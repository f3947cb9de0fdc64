"""A moderator decides of what was held or reported. The filters learn from it."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import keep_hold
from oneroof.community.actions.editing import recount_page
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryPublished, EntryWithdrawn, ReportsUpheld
from oneroof.community.filters import teach
from oneroof.community.models import Entry, Hold, Report, ReportReason
from oneroof.core import clock, events
from oneroof.notify.actions import tell

TEACHES = {ReportReason.SPAM: "spam", ReportReason.OFFENSIVE: "offensive"}


@transaction.atomic
def hold(actor: User, entry_id: int) -> Entry:
    """Back, until somebody has looked at it longer."""
    demand(actor, Permission.MODERATE)
    entry = store.locked(actor, entry_id)
    if entry.held_at is None:
        keep_hold(entry, Hold(whys=[Hold.Why.BY_HAND]))
        store.audited(actor, "held_back", entry)
        events.publish(EntryWithdrawn(entry.pk, entry.kind))
    return entry


@transaction.atomic
def release(actor: User, entry_id: int) -> Entry:
    """It may stand: what was held is read by everybody from now on, and reports of it were not right."""
    demand(actor, Permission.MODERATE)
    entry = store.locked(actor, entry_id)
    was_hidden = entry.held_at is not None
    decided = _decide(actor, entry, Hold.Outcome.RELEASED, Report.Outcome.DISMISSED)
    if was_hidden:
        store.change(entry, held_at=None, deleted_at=None)
        recount_page(entry)
        events.publish(EntryPublished(entry.pk, entry.kind))
        _tell_author(entry, _("What you wrote stands now: %(title)s"))
    if was_hidden or decided:
        store.audited(actor, "released", entry)
        for about in TEACHES.values():
            teach(about, _text(entry), unwanted=False)
    return entry


@transaction.atomic
def remove(actor: User, entry_id: int, reason: str) -> Entry:
    """Nobody but moderators reads it any more; whoever wrote it hears why, whoever reported it was right."""
    demand(actor, Permission.MODERATE)
    if reason not in ReportReason.values:
        raise CommunityError(_("Say why."))
    entry = store.locked(actor, entry_id)
    if entry.deleted_at is not None and entry.held_at is None:
        return entry
    upheld = list(entry.reports.filter(outcome="").values_list("pk", flat=True))
    _decide(actor, entry, Hold.Outcome.REMOVED, Report.Outcome.UPHELD)
    store.change(entry, deleted_at=clock.now())
    recount_page(entry)
    store.audited(actor, "removed", entry, reason=reason)
    events.publish(EntryWithdrawn(entry.pk, entry.kind))
    if upheld:
        events.publish(ReportsUpheld(entry.pk, tuple(upheld)))
    if reason in TEACHES:
        teach(TEACHES[ReportReason(reason)], _text(entry), unwanted=True)
    why = str(ReportReason(reason).label)
    _tell_author(entry, _("What you wrote was taken away: %(title)s"), body=why, path="/rules/standing/")
    return entry


def _decide(actor: User, entry: Entry, held: str, reported: str) -> bool:
    """Whether a hold or a report was open."""
    decision = {"decided_at": clock.now(), "decided_by": actor}
    due = Q(outcome="")
    if held == Hold.Outcome.RELEASED:
        due |= Q(outcome=Hold.Outcome.REMOVED, decided_by=None)
    holds = entry.holds.filter(due).update(outcome=held, **decision)
    reports = entry.reports.filter(outcome="").update(outcome=reported, **decision)
    return bool(holds or reports)


def _text(entry: Entry) -> str:
    return f"{entry.title}\n{entry.body}".strip()


def _tell_author(entry: Entry, words: str, *, body: str = "", path: str = "") -> None:
    if entry.author is None or entry.author.user is None:
        return
    page = entry.root or entry
    tell(
        [entry.author.user],
        key=f"community-decided:{entry.pk}:{clock.now():%Y%m%d%H%M%S}",
        kind="community_decided",
        title=words % {"title": page.title},
        body=body,
        path=path or entry.get_absolute_url(),
    )
