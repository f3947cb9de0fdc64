"""What routing looks at: the past as answers, who wants to be asked, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q

from oneroof.accounts.models import User
from oneroof.community.models import Entry, EntryQuerySet, Kind, Member, Status, Tagged
from oneroof.core import clock
from oneroof.recognition.models import Ask, Willingness
from oneroof.recognition.rules.experts import Answered, Asked, History, Ranked, gini, rank
from oneroof.recognition.rules.routing import WEEK, Wish

MOST_ANSWERS = 20_000
"""The latest so many are the past that is looked at."""
MOST_QUESTIONS = 100
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Load:
    member: Member
    asked: int
    most: int


def history(at: datetime) -> History:
    """Answers that can be read, as they stand now."""
    rows = Entry.objects.filter(
        kind=Kind.ANSWER, deleted_at=None, held_at=None, author__isnull=False, created_at__lte=at
    )
    newest = list(rows.select_related("root").order_by("-created_at", "-pk")[:MOST_ANSWERS])
    asked = _as_asked([answer.root for answer in newest if answer.root])
    return History(
        (
            Answered(asked[row.page_id], row.author_id or 0, row.created_at, row.accepted_at is not None)
            for row in newest
        ),
        at,
    )


def waiting_for_experts(at: datetime) -> list[Entry]:
    """Open questions without an answer that waited as long as their space sets, the oldest first."""
    waiting = _unanswered().filter(
        group__to_experts_after__isnull=False, created_at__lte=at - F("group__to_experts_after")
    )
    return list(waiting.filter(asks=None).select_related("group").order_by("created_at")[:MOST_QUESTIONS])


def ranked_for(past: History, question: Entry) -> list[Ranked]:
    return rank(past, _as_asked([question])[question.pk])


def wishes(at: datetime) -> dict[int, Wish]:
    """Members with an account who want to be asked."""
    asking = Willingness.objects.filter(wants_questions=True, member__user__is_active=True)
    this_week = Count("member__asks", filter=Q(member__asks__at__gt=at - WEEK), distinct=True)
    rows = asking.select_related("member__user").annotate(
        asked=this_week, last=Max("member__entries__created_at")
    )
    return {row.member_id: _wish(row, row.asked, row.last) for row in rows}


def answerable_by(member: Member, reader: User) -> list[Entry]:
    """Open questions of others that this member could answer, the best first: help for help."""
    past = history(clock.now())
    if member.pk not in past.index:
        return []
    open_ones = Entry.objects.visible_to(reader).filter(pk__in=_unanswered().exclude(author=member))
    found = list(open_ones.order_by("-created_at", "-pk")[:MOST_QUESTIONS])
    asked = _as_asked(found)
    scores = {each.pk: _nearness(past, asked[each.pk], member.pk) for each in found}
    near = [each for each in found if scores[each.pk] > 0]
    return sorted(near, key=lambda each: -scores[each.pk])[:SHOWN]


def loads() -> Sequence[Load]:
    """Whoever wants to be asked, by name: how much of their own cap this week took."""
    rows = Willingness.objects.filter(wants_questions=True).select_related("member")
    week = Count("member__asks", filter=Q(member__asks__at__gt=clock.now() - WEEK))
    return [
        Load(row.member, row.asked, row.most_a_week)
        for row in rows.annotate(asked=week).order_by("member__name", "pk")
    ]


def spread(of: Sequence[Load]) -> float:
    return round(gini([load.asked for load in of]), 2)


def asked_of(member: Member, reader: User) -> list[Ask]:
    """What this member is asked for and nobody answered yet."""
    readable = Entry.objects.visible_to(reader).filter(answers=0)
    asks = Ask.objects.filter(member=member, passed_at=None, entry__in=readable)
    return list(asks.select_related("entry").order_by("-at", "-pk")[:SHOWN])


def _unanswered() -> EntryQuerySet:
    return Entry.objects.filter(
        kind=Kind.QUESTION, status=Status.OPEN, answers=0, deleted_at=None, held_at=None, is_unlisted=False
    )


def _nearness(past: History, question: Asked, member: int) -> float:
    features, place = past.features(question), past.index[member]
    return float(features["topic"][place] + features["wording"][place])


def _wish(row: Willingness, asked: int, last: datetime | None) -> Wish:
    zone = row.member.user.time_zone if row.member.user else "UTC"
    since = max(filter(None, (last, row.changed_at)))
    return Wish(row.most_a_week, row.from_hour, row.to_hour, zone, asked, since)


def _as_asked(questions: Sequence[Entry]) -> dict[int, Asked]:
    ids = {question.pk for question in questions}
    tags: dict[int, set[str]] = {}
    for entry_id, name in Tagged.objects.filter(entry__in=ids).values_list("entry", "tag__name"):
        tags.setdefault(entry_id, set()).add(name)
    return {q.pk: Asked(q.pk, q.author_id, q.title, frozenset(tags.get(q.pk, ()))) for q in questions}
