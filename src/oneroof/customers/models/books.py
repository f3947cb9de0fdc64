"""What a CRM's books say of a customer beside what they bought: what they own, and their cases there."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models.crm import CrmRecord
from oneroof.customers.models.people import Customer


class Asset(models.Model):
    """A product that somebody owns, however they came by it."""

    record = models.OneToOneField(CrmRecord, models.CASCADE, related_name="asset")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assets")
    product = models.CharField(max_length=200)
    version = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("product owned")
        indexes: ClassVar = [models.Index(fields=["product"], name="asset_by_product")]

    def __str__(self) -> str:
        return f"{self.product} {self.version}".strip()


class Case(models.Model):
    """A case, or ticket, as it stands in the CRM."""

    record = models.OneToOneField(CrmRecord, models.CASCADE, related_name="case")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="cases")
    number = models.CharField(max_length=120)
    subject = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case")
        indexes: ClassVar = [models.Index(fields=["customer", "-opened_at", "-id"], name="cases_newest")]

    def __str__(self) -> str:
        return self.number
