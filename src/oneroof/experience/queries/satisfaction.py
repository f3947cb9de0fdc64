"""What surveys say, by touch point and by month, each figure with the answers that it was counted from."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from oneroof.core.pagination import LIMIT, Page, decode_pk, page_of
from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.scores import Estimate, csat, nps

SATISFIED = 4
MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Scored:
    """One line: a touch point or a month. The estimate of CSAT is in percent."""

    name: str
    estimate: Estimate
    month: datetime | None = None


def by_touch_point(kind: str) -> list[Scored]:
    """Those that were answered most come first."""
    counted: dict[str, Counter[int]] = {}
    rows = SurveyAnswer.objects.filter(kind=kind).values_list("touch_point", "score")
    for name, score, count in rows.annotate(Count("pk")):
        counted.setdefault(name, Counter())[score] = count
    found = [Scored(name, _estimate(kind, scores)) for name, scores in counted.items()]
    return sorted(found, key=lambda each: (-each.estimate.answers, each.name))


def by_month(kind: str) -> list[Scored]:
    """The last two years in which somebody answered, the oldest month first."""
    counted: dict[datetime, Counter[int]] = {}
    rows = SurveyAnswer.objects.filter(kind=kind).annotate(month=TruncMonth("answered_at", tzinfo=UTC))
    for month, score, count in rows.values_list("month", "score").annotate(Count("pk")):
        counted.setdefault(month, Counter())[score] = count
    months = sorted(counted)[-MONTHS_SHOWN:]
    return [Scored(f"{month:%Y-%m}", _estimate(kind, counted[month]), month) for month in months]


def overall(kind: str, span: tuple[datetime, datetime] | None = None) -> Estimate | None:
    answers = SurveyAnswer.objects.filter(kind=kind)
    if span is not None:
        answers = answers.filter(answered_at__gte=span[0], answered_at__lt=span[1])
    rows = answers.values_list("score")
    scores = Counter(dict(rows.annotate(Count("pk"))))
    return _estimate(kind, scores) if scores else None


def answers_page(
    kind: str,
    touch_point: str | None,
    month: datetime | None,
    cursor: str | None = None,
    score: int | None = None,
    span: tuple[datetime, datetime] | None = None,
) -> Page[SurveyAnswer]:
    """The newest first. Raises CursorError."""
    answers: QuerySet[SurveyAnswer] = SurveyAnswer.objects.filter(kind=kind)
    if touch_point is not None:
        answers = answers.filter(touch_point=touch_point)
    if month is not None:
        answers = answers.filter(answered_at__gte=month, answered_at__lt=_next(month))
    if span is not None:
        answers = answers.filter(answered_at__gte=span[0], answered_at__lt=span[1])
    if score is not None:
        answers = answers.filter(score=score)
    if cursor:
        answers = answers.filter(pk__lt=decode_pk(cursor))
    rows = list(answers.select_related("person").order_by("-pk")[: LIMIT + 1])
    return page_of(rows, LIMIT, lambda each: (each.pk,))


def month_of(written: str) -> datetime | None:
    """Of 2026-03; None for anything else."""
    try:
        return datetime.strptime(written, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None


def _next(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _estimate(kind: str, scores: Counter[int]) -> Estimate:
    if kind == Kind.NPS:
        found = nps(scores.elements())
    else:
        found = csat(sum(count for score, count in scores.items() if score >= SATISFIED), scores.total())
        found = found and Estimate(100 * found.value, 100 * found.low, 100 * found.high, found.answers)
    assert found
    return found
