"""Partners and service points; helpers list themselves."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Listing(models.Model):
    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        SERVICE_POINT = "service", _("Service point")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    url = models.URLField(_("web address"), blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("entry of the directory")
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name
