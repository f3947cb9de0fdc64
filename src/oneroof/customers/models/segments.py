"""A saved filter over people."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Segment(models.Model):
    """Whom somebody wants to find again: values by criterion, of those that rooms register."""

    name = models.CharField(max_length=120, unique=True)
    asked = models.JSONField(default=dict)
    owner = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("segment")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
