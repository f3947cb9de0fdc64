"""Who answered a survey, and in which words, goes by its age; the score stays, of nobody."""

from datetime import datetime

from django.db.models import Q, QuerySet

from oneroof.experience.models import SurveyAnswer


def old_answers(before: datetime) -> int:
    return _old(before).count()


def forget_answers(before: datetime, most: int) -> int:
    ids = list(_old(before).order_by("pk").values_list("pk", flat=True)[:most])
    return SurveyAnswer.objects.filter(pk__in=ids).update(comment="", customer="", person=None)


def _old(before: datetime) -> QuerySet[SurveyAnswer]:
    says = ~Q(comment="") | ~Q(customer="") | Q(person__isnull=False)
    return SurveyAnswer.objects.filter(says, answered_at__lt=before)
