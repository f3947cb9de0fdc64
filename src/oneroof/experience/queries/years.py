"""Month by month beside the year before; and whether a break changed the level."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.community.models import Entry, Sought
from oneroof.core import clock
from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.effects import Effect, TooFewError, interrupted
from oneroof.insight.models import Contact

MONTHS = 36
SATISFIED = 4


@dataclass(frozen=True, slots=True)
class Month:
    """``value`` is None where there was nothing to measure; ``before`` is that of a year ago."""

    start: datetime
    value: float | None
    before: float | None
    is_break: bool

    @property
    def change(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True, slots=True)
class Course:
    name: str
    label: str | Promise
    months: list[Month]
    effect: Effect | None


def courses(break_at: datetime | None) -> list[Course]:
    """The last 36 whole months, and the step at ``break_at`` where enough lies on both sides of it."""
    this_month = clock.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    starts = [_back(this_month, months) for months in range(MONTHS, 0, -1)]
    return [
        _course(name, label, read(starts[0], this_month), starts, break_at) for name, label, read in MEASURES
    ]


def _course(
    name: str,
    label: str | Promise,
    found: Mapping[datetime, float],
    starts: list[datetime],
    break_at: datetime | None,
) -> Course:
    months = [
        Month(start, found.get(start), found.get(_back(start, 12)), start == break_at) for start in starts
    ]
    known = [each for each in months if each.value is not None]
    places = [place for place, each in enumerate(known) if break_at and each.start >= break_at]
    try:
        effect = _step(known, places[0]) if places else None
    except TooFewError:
        effect = None
    return Course(name, label, months, effect)


def _step(known: list[Month], at: int) -> Effect:
    of_the_year = [each.start.month for each in known]
    return interrupted([each.value or 0.0 for each in known], at, months=of_the_year)


def _counted(
    rows: QuerySet[Contact] | QuerySet[Entry] | QuerySet[Sought], field: str
) -> dict[datetime, float]:
    """Months within what was counted at all are 0 where nothing came; those before are not known."""
    told = rows.annotate(month=TruncMonth(field, tzinfo=UTC)).values_list("month").annotate(Count("pk"))
    found = {month: float(count) for month, count in told}
    month, last = min(found, default=None), _back(clock.now().astimezone(UTC), 1)
    while month and month <= last:
        found.setdefault(month, 0.0)
        month = _back(month, -1)
    return found


def _contacts(start: datetime, end: datetime) -> dict[datetime, float]:
    return _counted(
        Contact.objects.filter(opened_at__gte=start, opened_at__lt=end).exclude(channel="survey"), "opened_at"
    )


def _written(start: datetime, end: datetime) -> dict[datetime, float]:
    return _counted(
        Entry.objects.visible_to(None).filter(created_at__gte=start, created_at__lt=end), "created_at"
    )


def _sought(start: datetime, end: datetime) -> dict[datetime, float]:
    return _counted(Sought.objects.filter(at__gte=start, at__lt=end), "at")


def _satisfied(start: datetime, end: datetime) -> dict[datetime, float]:
    """In percent."""
    rows = SurveyAnswer.objects.filter(kind=Kind.CSAT, answered_at__gte=start, answered_at__lt=end)
    told = rows.annotate(month=TruncMonth("answered_at", tzinfo=UTC)).values_list("month")
    counted = told.annotate(Count("pk"), glad=Count("pk", filter=Q(score__gte=SATISFIED)))
    return {month: 100 * glad / count for month, count, glad in counted}


def _recommending(start: datetime, end: datetime) -> dict[datetime, float]:
    rows = SurveyAnswer.objects.filter(kind=Kind.NPS, answered_at__gte=start, answered_at__lt=end)
    told = rows.annotate(month=TruncMonth("answered_at", tzinfo=UTC)).values_list("month")
    counted = told.annotate(
        Count("pk"), up=Count("pk", filter=Q(score__gte=9)), down=Count("pk", filter=Q(score__lte=6))
    )
    return {month: 100 * (up - down) / count for month, count, up, down in counted}


def _back(month: datetime, months: int) -> datetime:
    number = 12 * month.year + month.month - 1 - months
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


type Read = Callable[[datetime, datetime], Mapping[datetime, float]]
MEASURES: tuple[tuple[str, str | Promise, Read], ...] = (
    ("contacts", _("Contacts"), _contacts),
    ("sought", _("Sought in the community’s box"), _sought),
    ("written", _("Written in the community"), _written),
    ("csat", _("Satisfied, in percent"), _satisfied),
    ("nps", _("Net promoter score"), _recommending),
)
