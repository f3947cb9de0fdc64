"""What customers bought, and so what they own."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models.people import Customer


class Purchase(models.Model):
    """One line of the company's books."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="purchases")
    purchased_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, blank=True)
    product = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    digest = models.CharField(
        max_length=64, unique=True, help_text="Of the row: the same again is not stored."
    )

    class Meta:
        verbose_name = _("purchase")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-purchased_at", "-id"], name="purchases_newest")
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.version}".strip() or f"#{self.pk}"
