"""What waits for a moderator, as far as they read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.filters import judged
from oneroof.community.models import Entry, Hold, MessageReport, Report, Sanction
from oneroof.community.queries.sanctions import appeals

SHOWN = 50
DECIDED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry with all that is to be known before deciding of it."""

    entry: Entry
    hold: Hold | None
    reports: Sequence[Report]
    sanctions: Sequence[Sanction]
    written: int
    removed: int
    chance: float | None
    """That it is unwanted, by the filters; None while they know nothing."""
    because: Sequence[str]


def waiting(moderator: User) -> QuerySet[Entry]:
    """Held or reported and not decided, each with ``since``; who waits longest first."""
    held, told = Q(holds__outcome=""), Q(reports__outcome="")
    since = Least(Min("holds__at", filter=held), Min("reports__at", filter=told))
    dated = _undecided(moderator).annotate(since=Coalesce(since, "created_at"))
    return dated.select_related("author", "root", "group").order_by("since", "pk")


def _undecided(moderator: User) -> QuerySet[Entry]:
    open_ones = Exists(Hold.objects.filter(entry=OuterRef("pk"), outcome="")) | Exists(
        Report.objects.filter(entry=OuterRef("pk"), outcome="")
    )
    return Entry.objects.visible_to(moderator).filter(open_ones, deleted_at=None)


def waiting_one(moderator: User, entry_id: int) -> Waiting:
    """Raises Entry.DoesNotExist."""
    rows = Entry.objects.visible_to(moderator).select_related("author__user", "root", "group")
    entry = rows.get(pk=entry_id)
    _doubts, worst = judged(f"{entry.title}\n{entry.body}".strip())
    theirs = Entry.objects.filter(author=entry.author_id) if entry.author_id else Entry.objects.none()
    return Waiting(
        entry=entry,
        hold=entry.holds.filter(outcome="").first(),
        reports=list(entry.reports.filter(outcome="").select_related("member").order_by("pk")),
        sanctions=list(Sanction.objects.filter(member=entry.author_id)[:10]) if entry.author_id else [],
        written=theirs.filter(deleted_at=None, held_at=None).count(),
        removed=theirs.filter(holds__outcome=Hold.Outcome.REMOVED).distinct().count(),
        chance=worst.chance if worst else None,
        because=worst.because if worst else (),
    )


def decided(moderator: User) -> QuerySet[Hold]:
    """The latest decisions, the filter's own among them."""
    seen = Entry.objects.visible_to(moderator)
    rows = Hold.objects.exclude(outcome="").filter(entry__in=seen)
    return rows.select_related("entry__author", "entry__root", "decided_by").order_by("-decided_at", "-pk")[
        :DECIDED_SHOWN
    ]


def waits_for(user: User) -> int:
    """On the rail of every page, so in one query: entries, messages, and appeals for whoever decides of them."""
    kinds = [_undecided(user), MessageReport.objects.filter(outcome="")]
    if user.may(Permission.STEER):
        kinds.append(appeals())
    first, *others = (each.order_by().values("pk") for each in kinds)
    return first.union(*others, all=True).count()
