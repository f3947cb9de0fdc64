"""What goes into the return and can't be counted here: each with its source and date."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


def today() -> date:
    return clock.now().date()


class InputName(models.TextChoices):
    """Shares from 0 to 1, counts and money a month."""

    VISITS = "visits", _("Visits a month")
    SOUGHT = "sought", _("Share of visits that sought support")
    SOLVED = "solved", _("Share of those that solved it")
    WOULD_HAVE_CALLED = "would_have_called", _("Share who would have contacted us")
    SHOWN = "shown", _("Answers shown a month")
    CONFIRMED = "confirmed", _("Share who say that it solved it")
    NO_CONTACT = "no_contact", _("Share without a contact within seven days")
    OVERLAP = "overlap", _("Share of the lesser count that both count")
    COST_PER_CONTACT = "cost_per_contact", _("Cost of a contact")
    OTHER_BENEFIT = "other_benefit", _("Other benefit a month")
    STAFF_COST = "staff_cost", _("Staff cost a month")
    OTHER_COST = "other_cost", _("Other cost a month")


class ReturnInput(models.Model):
    """It lies between ``low`` and ``high`` with 90 %; stated here, it goes before what is counted."""

    name = models.CharField(max_length=20, choices=InputName, unique=True)
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    source = models.CharField(max_length=300)
    as_of = models.DateField(default=today)

    class Meta:
        verbose_name = _("input of the return")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low__gte=0)
                & models.Q(low__lte=models.F("value"))
                & models.Q(value__lte=models.F("high")),
                name="input_within_its_range",
            )
        ]

    def __str__(self) -> str:
        return self.get_name_display()
