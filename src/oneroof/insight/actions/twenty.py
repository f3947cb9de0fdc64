"""The day's complaints are grouped, and matched to those of the days before, so that what was decided lives on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.core import clock
from oneroof.insight.models import Complaint, ComplaintDay, ComplaintMember, ComplaintState, DigestedDay
from oneroof.insight.queries.said import Said, said_on
from oneroof.insight.rules.loop import is_back
from oneroof.notify.actions import tell
from oneroof.text.crowds import Crowd, crowds, likeness
from oneroof.text.embeddings import embed_queries, is_available

SMALLEST = 3
KEPT = 300
REMEMBERED, USUAL_OVER = timedelta(days=60), timedelta(days=28)
SAME = 0.4
"""Cosine of terms from which a group of today is the one of another day: see docs/quality.md."""
TELLING = 3
WRITTEN = ("department", "last_day", "terms", "first_said_at")


@dataclass(slots=True)
class Group:
    """A crowd of one day, the most typical first."""

    crowd: Crowd
    said: list[Said]

    @property
    def people(self) -> int:
        return len({each.speaker for each in self.said})

    @property
    def department_id(self) -> int | None:
        counted = Counter(each.department_id for each in self.said)
        return max(counted, key=lambda each: (counted[each], -(each or 0)))

    @property
    def reaches(self) -> dict[str, int]:
        """By speaker, where it is known."""
        found: dict[str, int] = {}
        for each in self.said:
            if each.reach is not None:
                found[each.speaker] = max(each.reach, found.get(each.speaker, 0))
        return found


def make_day(day: date) -> int:
    """Group what was said on a day, anew where it was before; how many complaints there are."""
    groups = groups_of(said_on(day))
    with transaction.atomic():
        DigestedDay.objects.get_or_create(day=day)
        digested = DigestedDay.objects.select_for_update().get(day=day)
        today = set(ComplaintDay.objects.filter(day=day).values_list("complaint_id", flat=True))
        ComplaintDay.objects.filter(day=day).delete()
        ComplaintMember.objects.filter(day=day).delete()
        for group, complaint in _matched(groups, day):
            _write(day, group, complaint)
        _forget_what_nobody_touched(today)
        digested.at, digested.said = clock.now(), sum(len(group.said) for group in groups)
        digested.save(update_fields=["at", "said"])
    return len(groups)


def groups_of(said: Sequence[Said]) -> list[Group]:
    """Near-copies count, but are compared once."""
    first: dict[str, int] = {}
    copies: dict[int, list[Said]] = {}
    for each in said:
        copies.setdefault(first.setdefault(each.copy_of, len(first)), []).append(each)
    originals = [copies[place][0] for place in range(len(first))]
    found = crowds(
        [each.text for each in originals],
        [each.speaker for each in originals],
        smallest=1,
        embed=embed_queries if is_available() else None,
    )
    groups = [Group(crowd, [copy for place in crowd.members for copy in copies[place]]) for crowd in found]
    groups = [group for group in groups if group.people >= SMALLEST]
    return sorted(groups, key=lambda group: (-group.people, -len(group.said), group.said[0].key))[:KEPT]


def _matched(groups: Sequence[Group], day: date) -> list[tuple[Group, Complaint | None]]:
    """Each complaint to the group most like it, the likest pairs first; both are matched once."""
    known = list(Complaint.objects.select_for_update().filter(last_day__gte=day - REMEMBERED).order_by("pk"))
    pairs = [
        (alike, -place, -each.pk, group, each)
        for place, group in enumerate(groups)
        for each in known
        if (alike := likeness(group.crowd.terms, each.terms)) >= SAME
    ]
    taken: dict[int, Complaint] = {}
    used: set[int] = set()
    for _alike, place, _pk, _group, complaint in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if -place not in taken and complaint.pk not in used:
            taken[-place] = complaint
            used.add(complaint.pk)
    return [(group, taken.get(place)) for place, group in enumerate(groups)]


def _write(day: date, group: Group, known: Complaint | None) -> None:
    first, latest = min(each.at for each in group.said), max(each.at for each in group.said)
    complaint = known or Complaint(name=group.crowd.name[:120], first_said_at=first, last_day=day)
    if not complaint.department_by_hand:
        complaint.department_id = group.department_id
    if day >= complaint.last_day:
        complaint.last_day, complaint.terms = day, group.crowd.terms
    complaint.first_said_at = min(first, complaint.first_said_at)
    complaint.save(update_fields=WRITTEN if complaint.pk else None)
    _write_figures(day, group, complaint)
    if complaint.state == ComplaintState.FIXED and is_back(complaint.fixed_at, latest):
        _note_return(complaint)


def _write_figures(day: date, group: Group, complaint: Complaint) -> None:
    ComplaintDay.objects.create(
        complaint=complaint,
        day=day,
        size=len(group.said),
        people=group.people,
        contacts=sum(each.is_contact for each in group.said),
        reach=sum(group.reaches.values()),
        reach_known=len(group.reaches),
        usual=_usual(complaint, day),
        telling=_telling(group.said),
    )
    ComplaintMember.objects.bulk_create(
        [
            ComplaintMember(
                complaint=complaint,
                day=day,
                post_id=None if each.is_contact else each.pk,
                contact_id=each.pk if each.is_contact else None,
                said_at=each.at,
            )
            for each in group.said
        ],
        ignore_conflicts=True,
    )


def _usual(complaint: Complaint, day: date) -> float | None:
    """A day on which it was not heard counts as none; a day that was not looked at does not count."""
    since = day - USUAL_OVER
    days = DigestedDay.objects.filter(day__gte=since, day__lt=day, at__isnull=False).count()
    heard = complaint.days.filter(day__gte=since, day__lt=day).aggregate(all=Sum("size"))["all"]
    return (heard or 0) / days if days else None


def _telling(said: Sequence[Said]) -> list[str]:
    """The most typical, the one that needs an answer most, and the one most people may have read."""
    wanted = [
        said[0],
        max(said, key=lambda each: each.need),
        max(said, key=lambda each: each.reach or 0),
        *said,
    ]
    chosen: list[Said] = []
    for each in wanted:
        is_other = all(each.speaker != one.speaker and each.copy_of != one.copy_of for one in chosen)
        if is_other and len(chosen) < TELLING:
            chosen.append(each)
    return [each.key for each in chosen]


def _note_return(complaint: Complaint) -> None:
    complaint.state, complaint.fixed_at, complaint.returned_at = ComplaintState.KNOWN, None, clock.now()
    complaint.save(update_fields=["state", "fixed_at", "returned_at"])
    audit.record(
        None, "complaint.returned", on=complaint, before={"state": "fixed"}, after={"state": "known"}
    )
    if complaint.owner:
        with translation.override(complaint.owner.language):
            tell(
                [complaint.owner],
                key=f"complaint:{complaint.pk}:back:{complaint.returned_at:%Y-%m-%d}",
                kind="complaint",
                title=_("It is back: %(name)s") % {"name": complaint.name},
                path=reverse("insight:complaint", args=[complaint.pk]),
            )


def _forget_what_nobody_touched(complaint_ids: set[int]) -> None:
    """A group of an earlier look at the same day that is no more."""
    Complaint.objects.filter(
        pk__in=complaint_ids, days=None, state=ComplaintState.NEW, owner=None, due_on=None
    ).delete()
