"""What a person answered when they were asked how it was, for their timeline."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from oneroof.customers.timeline import Entry
from oneroof.experience.models import Kind, SurveyAnswer


def answers_of(rows: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest of a person's rows; see :mod:`oneroof.customers.timeline`."""
    answers = SurveyAnswer.objects.filter(person__in=rows, answered_at__lte=until)
    kinds = dict(Kind.choices)
    return [
        Entry(
            key=f"survey:{pk:020}",
            at=answered_at,
            icon="smile",
            title=_("Survey: %(question)s") % {"question": kinds.get(kind, kind)},
            text=" · ".join(filter(None, (str(score), touch_point, comment))),
        )
        for pk, answered_at, kind, score, touch_point, comment in answers.order_by(
            "-answered_at", "-id"
        ).values_list("pk", "answered_at", "kind", "score", "touch_point", "comment")[:limit]
    ]
