"""How soon we mean to answer, and when we are there to do it."""

from typing import ClassVar

from django.db import models

from oneroof.care.models.conversations import Priority


class WorkingHours(models.Model):
    """Open hours by weekday in one time zone."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    days = models.JSONField(
        default=dict, help_text='Monday is "0": {"0": [["08:00", "12:00"], ["13:00", "17:00"]]}.'
    )
    closed_on = models.JSONField(default=list, help_text="Days as 2026-12-25.")

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "working hours"

    def __str__(self) -> str:
        return self.name


class ServicePolicy(models.Model):
    """The clocks of one priority, in working minutes; without hours, they run day and night."""

    priority = models.CharField(max_length=8, choices=Priority, unique=True)
    first_response_minutes = models.PositiveIntegerField()
    resolution_minutes = models.PositiveIntegerField()
    hours = models.ForeignKey(WorkingHours, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name_plural = "service policies"

    def __str__(self) -> str:
        return self.get_priority_display()


class CareSettings(models.Model):
    """What a lead may set; one row, with the defaults where it is missing."""

    approvals_needed = models.PositiveSmallIntegerField(
        default=5,
        help_text="Replies of a volunteer approved unchanged in a row, after which they go out directly.",
    )
    reopen_days = models.PositiveSmallIntegerField(
        default=14, help_text="A customer's word after that many days is new work in the same conversation."
    )

    class Meta:
        verbose_name_plural = "care settings"
