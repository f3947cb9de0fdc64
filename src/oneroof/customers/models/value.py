"""What the company's purchases taught of how its customers buy."""

from django.db import models

from oneroof.core import clock


class ValueModel(models.Model):
    """One a currency: the parameters that a person's value is told from."""

    currency = models.CharField(max_length=3, unique=True, blank=True)
    purchases = models.JSONField(help_text="BG/NBD: parameters, covariance of their logarithms, customers.")
    amounts = models.JSONField(help_text="Gamma-Gamma, likewise.")
    learnt_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.currency
