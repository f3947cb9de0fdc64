"""Who recommends us and who does not, by what they answered last."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oneroof.customers.flags import Flag
from oneroof.experience.models import Kind, SurveyAnswer

PROMOTER_FROM, DETRACTOR_TO = 9, 6
"""Of ten. Reichheld, The One Number You Need to Grow, Harvard Business Review 81/12 (2003)."""


def flags_of(rows: Sequence[int], _identity_ids: Sequence[int]) -> Sequence[Flag]:
    asked = SurveyAnswer.objects.filter(person__in=rows, kind=Kind.NPS).order_by("-answered_at", "-pk")
    last = asked.first()
    if last is None or DETRACTOR_TO < last.score < PROMOTER_FROM:
        return []
    reason = _("Asked whether they would recommend us, they gave %(score)s of 10 on %(day)s.") % {
        "score": last.score,
        "day": f"{last.answered_at:%Y-%m-%d}",
    }
    if last.score >= PROMOTER_FROM:
        return [Flag("fan", _("Fan"), reason)]
    return [Flag("detractor", _("Detractor"), reason)]
