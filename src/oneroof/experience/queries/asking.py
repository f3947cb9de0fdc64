"""Surveys and what came of them."""

from django.db.models import Count, Q, QuerySet

from oneroof.experience.models import ExperienceSettings, Survey
from oneroof.experience.rules.scores import Estimate, csat


def surveys() -> QuerySet[Survey]:
    """With how many were asked, and how many of them answered."""
    reached = Q(invitations__state__in=("sent", "link", "unknown")) | Q(
        invitations__answered_at__isnull=False
    )
    return Survey.objects.annotate(
        asked=Count("invitations", filter=reached),
        answered=Count("invitations", filter=Q(invitations__answered_at__isnull=False)),
        waiting=Count("invitations", filter=Q(invitations__state="waiting")),
        stopped=Count("invitations", filter=Q(invitations__state="stopped")),
    )


def response_rate(survey: Survey) -> Estimate | None:
    """Of a survey that ``surveys`` gave."""
    asked, answered = survey.asked, survey.answered  # type: ignore[attr-defined]
    return csat(answered, max(asked, answered))


def rest_days() -> int:
    kept = ExperienceSettings.objects.first() or ExperienceSettings()
    return kept.rest_days
