"""People and their handles. One person, many identities; one identity, one network."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language_info

from oneroof.core import clock


class Person(models.Model):
    """One human, as far as we know."""

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def language_name(self) -> str:
        """In the reader's language; the code where Django knows no name for it."""
        if not self.language:
            return ""
        try:
            return str(get_language_info(self.language)["name_translated"])
        except KeyError:
            return self.language


class Identity(models.Model):
    """One handle on one network (or an address, on ``email``)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=320, help_text="As the network writes it, without a leading @.")
    handle_folded = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    followers = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "handle_folded"], name="one_identity_a_handle")
        ]

    def __str__(self) -> str:
        return self.name or self.handle
