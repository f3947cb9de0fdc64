"""Who wants to be asked, and who was."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Audience(models.TextChoices):
    """Who finds somebody among the helpers."""

    NOBODY = "nobody", _("Nobody")
    MEMBERS = "members", _("Whoever is signed in")
    EVERYBODY = "everybody", _("Everybody")


class Willingness(models.Model):
    """What a member said about being asked and listed; who said nothing is neither."""

    member = models.OneToOneField("community.Member", models.CASCADE, related_name="willingness")
    wants_questions = models.BooleanField(_("Ask me when I could answer a question"), default=False)
    most_a_week = models.PositiveSmallIntegerField(_("Questions a week at most"), default=3)
    from_hour = models.PositiveSmallIntegerField(_("Not before this hour"), default=8)
    to_hour = models.PositiveSmallIntegerField(_("Not after this hour"), default=21)
    listed_to = models.CharField(
        _("Who finds me among the helpers"), max_length=9, choices=Audience, default=Audience.NOBODY
    )
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    changed_at = models.DateTimeField(default=clock.now)


class Ask(models.Model):
    """That a member was asked to look at a question, with the reasons for which they were."""

    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="asks")
    member = models.ForeignKey("community.Member", models.CASCADE, related_name="asks")
    at = models.DateTimeField(default=clock.now)
    score = models.FloatField()
    reasons = models.JSONField(default=dict)
    passed_at = models.DateTimeField(null=True, help_text="“Not for me”.")

    class Meta:
        verbose_name = _("request for an answer")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "member"], name="asked_once_a_question")
        ]
        indexes: ClassVar = [models.Index(fields=["member", "-at"], name="ask_of_member")]
