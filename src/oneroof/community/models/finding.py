"""What people sought at the door, and whether what they were shown helped: deflection is counted from it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Sought(models.Model):
    """One thing that one visitor sought on one day, with how it ended; said again, it is the same row."""

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("This solved it")
        NOT_YET = "not_yet", _("Not yet")
        ASKED = "asked", _("Asked")

    text = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    day = models.DateField()
    visitor = models.CharField(max_length=32, help_text="A digest that changes daily; it leads to nobody.")
    is_signed_in = models.BooleanField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    entry = models.ForeignKey(
        "community.Entry",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="What solved it, or was asked.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "visitor", "text"], name="sought_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="sought_by_time")]

    def __str__(self) -> str:
        return self.text


class Draft(models.Model):
    """What a member has typed and not posted yet. ``place`` is ``ask``, ``article``, ``idea``, or
    ``answer:`` and the question's id."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=40)
    words = models.JSONField(default=dict, help_text="The form's fields.")
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "place"], name="one_draft_a_place")
        ]

    def __str__(self) -> str:
        return self.place
