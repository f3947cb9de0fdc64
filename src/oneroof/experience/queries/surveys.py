"""What surveys say, over all and by touch point: every figure follows from the counts of scores beside it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count

from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.scores import Estimate, csat, nps

PROMOTER, PASSIVE, SATISFIED = 9, 7, 4

type Scores = Mapping[int, int]


def survey_report(start: datetime | None = None, end: datetime | None = None) -> dict[str, Any]:
    """What ``oneroof report nps`` prints; the end is not included."""
    promoted, satisfied = (_counted(kind, start, end) for kind in (Kind.NPS, Kind.CSAT))
    return {
        "from": start.isoformat() if start else None,
        "to": end.isoformat() if end else None,
        **nps_figures(_all(promoted)),
        "touch_points": [{"touch_point": name, **nps_figures(promoted[name])} for name in _most(promoted)],
        "csat": {
            **csat_figures(_all(satisfied)),
            "touch_points": [
                {"touch_point": name, **csat_figures(satisfied[name])} for name in _most(satisfied)
            ],
        },
    }


def nps_figures(scores: Scores) -> dict[str, Any]:
    promoters, detractors = _of(scores, PROMOTER), sum(scores.values()) - _of(scores, PASSIVE)
    return {
        "responses": sum(scores.values()),
        "promoters": promoters,
        "passives": _of(scores, PASSIVE) - promoters,
        "detractors": detractors,
        **_estimated("nps", nps(Counter(scores).elements())),
        "scores": _told(scores),
    }


def csat_figures(scores: Scores) -> dict[str, Any]:
    responses, satisfied = sum(scores.values()), _of(scores, SATISFIED)
    return {
        "responses": responses,
        "satisfied": satisfied,
        **_estimated("csat", csat(satisfied, responses)),
        "scores": _told(scores),
    }


def _counted(kind: Kind, start: datetime | None, end: datetime | None) -> dict[str, Counter[int]]:
    """Of each touch point, how often each score was given."""
    answers = SurveyAnswer.objects.filter(kind=kind)
    answers = answers.filter(answered_at__gte=start) if start else answers
    answers = answers.filter(answered_at__lt=end) if end else answers
    found: dict[str, Counter[int]] = {}
    for name, score, count in answers.values_list("touch_point", "score").annotate(Count("pk")):
        found.setdefault(name, Counter())[score] = count
    return found


def _all(found: Mapping[str, Counter[int]]) -> Counter[int]:
    return sum(found.values(), Counter())


def _most(found: Mapping[str, Counter[int]]) -> list[str]:
    """Those that were answered most come first."""
    return sorted(found, key=lambda name: (-found[name].total(), name))


def _of(scores: Scores, least: int) -> int:
    return sum(count for score, count in scores.items() if score >= least)


def _told(scores: Scores) -> dict[str, int]:
    return {str(score): scores[score] for score in sorted(scores)}


def _estimated(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, "low": None, "high": None}
    return {name: estimate.value, "low": estimate.low, "high": estimate.high}
