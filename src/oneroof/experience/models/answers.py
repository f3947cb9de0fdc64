"""What customers answered when they were asked how it was."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What was asked, and so what a score means."""

    NPS = "nps", _("Would you recommend us?")
    CSAT = "csat", _("Were you satisfied?")
    OWN = "own", _("A question of our own")


class SurveyAnswer(models.Model):
    """One answer. ``person`` is the row of the customer's record, which joining people never moves."""

    digest = models.CharField(
        max_length=64, unique=True, help_text="Of the row: the same again is not stored."
    )
    kind = models.CharField(max_length=8, choices=Kind)
    score = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField()
    customer = models.CharField(max_length=200, blank=True, db_index=True)
    person = models.ForeignKey("customers.Person", models.SET_NULL, null=True, related_name="survey_answers")
    touch_point = models.CharField(max_length=120, blank=True)
    comment = models.TextField(blank=True)
    origin = models.CharField(max_length=9, blank=True, help_text="How they heard of us; customers.Way.")
    invitation = models.OneToOneField(
        "experience.Invitation", models.SET_NULL, null=True, related_name="answer"
    )

    class Meta:
        verbose_name = _("survey answer")
        indexes: ClassVar = [models.Index(fields=["kind", "answered_at"], name="surveys_by_kind_and_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(score__lte=10), name="survey_score_to_ten")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"
