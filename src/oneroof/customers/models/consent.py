"""What a person said we may do with them, and how long what is kept of people stays."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.customers.models.people import Person


class Consent(models.Model):
    """One word of theirs on one purpose. Rows are only ever added; the latest counts."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    is_given = models.BooleanField()
    source = models.CharField(max_length=200, help_text="How we know: “on the phone”, “form of 2 March”.")
    at = models.DateTimeField(help_text="When they said it.")
    noted_at = models.DateTimeField(default=clock.now)
    noted_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", help_text="NULL: they themselves."
    )
    told_by = models.ForeignKey(
        "customers.CrmSync", models.SET_NULL, null=True, related_name="+", help_text="The CRM that told us."
    )

    class Meta:
        verbose_name = _("consent")
        indexes: ClassVar = [models.Index(fields=["person", "purpose", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.is_given}"


class RetentionRule(models.Model):
    """How many days one kind of what is kept of people stays; without a row, it stays."""

    kind = models.CharField(max_length=40, unique=True)
    days = models.PositiveIntegerField()
    changed_at = models.DateTimeField(default=clock.now)
    ran_at = models.DateTimeField(null=True)
    removed = models.PositiveBigIntegerField(default=0, help_text="By all runs so far.")

    class Meta:
        verbose_name = _("retention rule")

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"
