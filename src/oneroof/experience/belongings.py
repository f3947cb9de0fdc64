"""What experience keeps of a person: their answers to surveys."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from oneroof.customers.belongings import Holder
from oneroof.customers.queries import records_of
from oneroof.experience.models import SurveyAnswer

TOLD = ("id", "kind", "score", "answered_at", "customer", "touch_point", "comment")


def surveys_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    for row in _answers(holder).order_by("pk").values(*TOLD):
        yield {**row, "survey": row.pop("kind"), "kind": "survey answer"}


def erase_surveys(holder: Holder) -> int:
    """The score stays, of nobody, for the figures; the digest, so that the same file brings nothing back."""
    return _answers(holder).update(customer="", comment="", person=None)


def _answers(holder: Holder) -> QuerySet[SurveyAnswer]:
    """Those, too, that came before the books knew their customer."""
    numbers = [each.external_id for each in records_of(holder.rows)]
    return SurveyAnswer.objects.filter(Q(person__in=holder.rows) | Q(customer__in=numbers))
