"""People by what they answered last when they were asked whether they would recommend us, for segments."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oneroof.customers.segments import Rows
from oneroof.experience.flags import DETRACTOR_TO, PROMOTER_FROM
from oneroof.experience.models import Kind, SurveyAnswer


def answers_offered() -> Sequence[tuple[str, str]]:
    return [("detractor", _("Detractors")), ("fan", _("Fans"))]


def people_who_answered(what: str) -> Rows:
    asked = SurveyAnswer.objects.filter(kind=Kind.NPS, person__isnull=False)
    last = asked.order_by("person", "-answered_at", "-pk").distinct("person").values("pk")
    told = SurveyAnswer.objects.filter(pk__in=last)
    narrowed = (
        told.filter(score__lte=DETRACTOR_TO) if what == "detractor" else told.filter(score__gte=PROMOTER_FROM)
    )
    return narrowed.values("person")
