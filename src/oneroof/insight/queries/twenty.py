"""The day's twenty of each department, and how soon complaints are taken in hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from oneroof.accounts.models import Department
from oneroof.core import clock
from oneroof.insight.models import Complaint, ComplaintDay, Contact, DigestedDay
from oneroof.insight.rules.loop import change_percent, median_wait
from oneroof.listening.models import Post

TOP = 20
HISTORY_DAYS = 30
SPEED_OVER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Telling:
    """A post or contact as the page quotes it; ``post_id`` is None of a contact."""

    post_id: int | None
    who: str
    where: str
    at: datetime
    text: str


@dataclass(slots=True)
class Shown:
    """One complaint on its day. ``is_first`` where it was never heard before, as far as was looked."""

    day: ComplaintDay
    complaint: Complaint
    rank: int
    telling: list[Telling] = field(default_factory=list)
    history: list[int] = field(default_factory=list)

    @property
    def change(self) -> int | None:
        return change_percent(self.day.size, self.day.usual)

    @property
    def is_first(self) -> bool:
        return self.day.usual == 0

    @property
    def is_late(self) -> bool:
        due = self.complaint.due_on
        return due is not None and self.complaint.fixed_at is None and due < clock.now().date()


@dataclass(frozen=True, slots=True)
class Speed:
    """Median waits from a complaint's first word, with those that still wait counted as waiting."""

    complaints: int
    known: timedelta | None
    fixing: timedelta | None
    fixed: timedelta | None
    fixed_count: int


def latest_day() -> date | None:
    """The latest on which there was something; where there was nothing at all, the latest that was looked at."""
    told = ComplaintDay.objects.order_by("-day").values_list("day", flat=True).first()
    looked_at = DigestedDay.objects.filter(at__isnull=False).order_by("-day")
    return told or looked_at.values_list("day", flat=True).first()


def days_around(day: date) -> tuple[date | None, date | None]:
    """The looked-at days before and after."""
    days = DigestedDay.objects.filter(at__isnull=False).values_list("day", flat=True)
    return (
        days.filter(day__lt=day).order_by("-day").first(),
        days.filter(day__gt=day).order_by("day").first(),
    )


def twenty(day: date, department_id: int | None, *, of_nobody: bool = False) -> Sequence[Shown]:
    """The top of one department, or of all where none is named; ``of_nobody``: of what is no department's."""
    rows = _top(day)
    if of_nobody or department_id is not None:
        rows = rows.filter(complaint__department=department_id)
    return with_rows([Shown(row, row.complaint, place) for place, row in enumerate(rows[:TOP], 1)], day)


def _top(day: date) -> QuerySet[ComplaintDay]:
    found = ComplaintDay.objects.filter(day=day).select_related("complaint__department", "complaint__owner")
    return found.order_by("-people", "-size", "-reach", "complaint_id")


def with_rows(shown: Sequence[Shown], day: date) -> Sequence[Shown]:
    """With what was said and what was before, in three queries whatever their number."""
    quotes = _quotes([key for each in shown for key in each.day.telling], day)
    past = _history([each.complaint.pk for each in shown], day)
    for each in shown:
        each.telling = [quotes[key] for key in each.day.telling if key in quotes]
        each.history = past[each.complaint.pk]
    return shown


def _quotes(keys: Iterable[str], day: date) -> Mapping[str, Telling]:
    """What was erased or deleted since is not quoted."""
    ids: dict[str, list[int]] = {"post": [], "contact": []}
    for key in keys:
        kind, _space, pk = key.partition(" ")
        ids[kind].append(int(pk))
    found = {}
    near = (
        datetime.combine(day, datetime.min.time(), clock.now().tzinfo) + timedelta(days=each)
        for each in (-1, 2)
    )
    posts = Post.objects.filter(pk__in=ids["post"], said_at__range=tuple(near), gone_at=None).exclude(text="")
    for post in posts.select_related("source").defer("words"):
        found[f"post {post.pk}"] = Telling(
            post.pk, post.author_handle, post.source.name, post.said_at, post.text
        )
    for contact in Contact.objects.filter(pk__in=ids["contact"]).exclude(text=""):
        found[f"contact {contact.pk}"] = Telling(
            None, contact.customer, contact.channel, contact.opened_at, contact.text
        )
    return found


def _history(complaint_ids: Sequence[int], day: date) -> Mapping[int, list[int]]:
    start = day - timedelta(days=HISTORY_DAYS - 1)
    past = {pk: [0] * HISTORY_DAYS for pk in complaint_ids}
    rows = ComplaintDay.objects.filter(complaint__in=complaint_ids, day__gte=start, day__lte=day)
    for pk, at, size in rows.values_list("complaint_id", "day", "size"):
        past[pk][(at - start).days] = size
    return past


def departments_with(day: date) -> Sequence[tuple[Department, int]]:
    """Each department with how many complaints it has that day."""
    counted: dict[int | None, int] = {}
    for pk in ComplaintDay.objects.filter(day=day).values_list("complaint__department_id", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    return [(department, min(counted.get(department.pk, 0), TOP)) for department in Department.objects.all()]


def loop_speed(now: datetime | None = None) -> Speed:
    """Over the complaints that began within the last 90 days."""
    now = now or clock.now()
    rows = list(
        Complaint.objects.filter(first_said_at__gte=now - SPEED_OVER).values_list(
            "first_said_at", "known_at", "fixing_at", "fixed_at"
        )
    )
    known, fixing, fixed = (
        median_wait([((row[step] or now) - row[0], row[step] is not None) for row in rows])
        for step in (1, 2, 3)
    )
    return Speed(len(rows), known, fixing, fixed, sum(row[3] is not None for row in rows))


def as_report(day: date, department: Department | None) -> dict[str, Any]:
    """What ``oneroof report twenty`` prints."""
    departments = [department] if department else list(Department.objects.all())
    speed = loop_speed()
    return {
        "day": day.isoformat(),
        "departments": [
            {"department": each.name, "complaints": [_told(row) for row in twenty(day, each.pk)]}
            for each in departments
        ],
        "of_no_department": [] if department else [_told(row) for row in twenty(day, None, of_nobody=True)],
        "loop": {
            "complaints": speed.complaints,
            "fixed": speed.fixed_count,
            "median_hours_to_known": _hours(speed.known),
            "median_hours_to_being_fixed": _hours(speed.fixing),
            "median_hours_to_fixed": _hours(speed.fixed),
        },
    }


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3_600, 1)


def _told(row: Shown) -> dict[str, Any]:
    return {
        "id": row.complaint.pk,
        "name": row.complaint.name,
        "state": row.complaint.state,
        "size": row.day.size,
        "people": row.day.people,
        "contacts": row.day.contacts,
        "usual": None if row.day.usual is None else round(row.day.usual, 2),
        "change_percent": row.change,
        "reach": row.day.reach,
        "reach_known_of_people": row.day.reach_known,
        "owner": str(row.complaint.owner) if row.complaint.owner else None,
        "due_on": row.complaint.due_on.isoformat() if row.complaint.due_on else None,
        "history": row.history,
        "telling": [{"post": each.post_id, "where": each.where, "text": each.text} for each in row.telling],
    }
