"""What a team or a person is to reach, by when; every one is held against the help that would have hurt it."""

from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.experience.rules.helping import SHARES
from oneroof.experience.rules.helping import TIMED as TIMED_MEASURES


class Measure(models.TextChoices):
    """By what a target may be set; the rules know them by their values."""

    ANSWERED = "answered", _("Answered first within hours, of a hundred")
    SETTLED = "settled", _("Solved within hours, of a hundred")
    OWN = "own", _("Solved by the department itself, of a hundred")
    ENDED = "ended", _("Conversations closed, a week")
    REPLIES = "replies", _("Replies, a week")


class Target(models.Model):
    """Of one department or one person. Few: a figure that is aimed at is worth less as a figure."""

    measure = models.CharField(max_length=10, choices=Measure)
    within_hours = models.PositiveSmallIntegerField(null=True, help_text="Of the two that have a time.")
    least = models.FloatField(help_text="In percent, or a week.")
    department = models.ForeignKey("accounts.Department", models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="This day is not counted any more.")
    tolerated = models.PositiveSmallIntegerField(
        default=3, help_text="Helpful acts that may hurt it before it is said to collide."
    )
    made_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-ends_on", "-pk"]
        verbose_name = _("target")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(department=None) ^ models.Q(user=None), name="target_of_one"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="target_ends_after_its_start"
            ),
            models.UniqueConstraint(
                fields=["measure", "within_hours", "department", "user", "ends_on"],
                nulls_distinct=False,
                name="one_target_a_measure",
            ),
        ]

    def __str__(self) -> str:
        return str(self.what)

    @property
    def what(self) -> str | Promise:
        if self.measure in TIMED_MEASURES:
            return TIMED[Measure(self.measure)] % {"hours": self.within_hours}
        return self.get_measure_display()

    @property
    def of_whom(self) -> str:
        return str(self.department or self.user)

    @property
    def is_share(self) -> bool:
        return self.measure in SHARES


TIMED = {
    Measure.ANSWERED: _("Answered first within %(hours)s h, of a hundred"),
    Measure.SETTLED: _("Solved within %(hours)s h, of a hundred"),
}
