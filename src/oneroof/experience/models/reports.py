"""Reports that leave by mail on their days, to people who may read them at the desk."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Every(models.TextChoices):
    DAY = "day", _("Every day, of the day before")
    WEEK = "week", _("Every Monday, of the week before")
    MONTH = "month", _("On the first, of the month before")


class Report(models.Model):
    name = models.CharField(max_length=120)
    sections = models.JSONField(default=list, help_text="Their keys, in order.")
    every = models.CharField(max_length=5, choices=Every, default=Every.WEEK)
    recipients = models.ManyToManyField("accounts.User", related_name="+")
    is_on = models.BooleanField(default=True)
    sent_until = models.DateTimeField(help_text="The end of the last span of which letters were written.")
    made_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        verbose_name = _("report")

    def __str__(self) -> str:
        return self.name


class ReportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known whether it went out")
    REFUSED = "refused", _("They may not read it any more")


class ReportLetter(models.Model):
    """One person's letter about one span, at most once."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="letters")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    until = models.DateTimeField(help_text="The end of its span.")
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.WAITING)
    due_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-until", "user", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "user", "until"], name="one_letter_a_span")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "due_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="report_to_send",
            )
        ]
