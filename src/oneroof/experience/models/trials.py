"""Trials: what is started, for whom, when, and by what it is judged; fixed before it begins."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Unit(models.TextChoices):
    """What starts or is held out."""

    CUSTOMER = "customer", _("Customers, some held out")
    DEPARTMENT = "department", _("Departments, one after another")
    SOURCE = "source", _("Sources, one after another")
    GROUP = "group", _("Spaces and groups, one after another")
    PRODUCT = "product", _("Products, one after another")
    ALL = "all", _("Everything at once")


IN_TURN = (Unit.DEPARTMENT, Unit.SOURCE, Unit.GROUP, Unit.PRODUCT)


class Trial(models.Model):
    """``is_drawn``: a lot decided who starts when, so that what differs later was caused by it."""

    name = models.CharField(max_length=120)
    what = models.TextField(blank=True, help_text="What is started, in words.")
    unit = models.CharField(max_length=10, choices=Unit)
    measure = models.CharField(max_length=20, help_text="By what it is judged: a key of the measures.")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="This day is not counted any more.")
    step_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days from start to start, and a period."
    )
    held_out = models.PositiveSmallIntegerField(default=10, help_text="Of a hundred customers.")
    seed = models.CharField(max_length=32, help_text="Of the lot.")
    is_drawn = models.BooleanField(default=True)
    made_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        verbose_name = _("trial")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="trial_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=models.Q(held_out__gte=1) & models.Q(held_out__lte=90), name="trial_holds_out_some"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_begun(self) -> bool:
        return self.starts_on <= clock.now().date()

    @property
    def has_ended(self) -> bool:
        return self.ends_on <= clock.now().date()


class TrialUnit(models.Model):
    """One department, source, group or product, with its day; NULL: held out to the end."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="units")
    key = models.BigIntegerField()
    name = models.CharField(max_length=200, help_text="As it was called then.")
    starts_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["trial", "key"], name="once_in_a_trial")]

    def __str__(self) -> str:
        return self.name
