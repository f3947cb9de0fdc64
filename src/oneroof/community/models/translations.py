"""What an entry says in another language, and who translates where no person did."""

from typing import ClassVar

from django.db import models

from oneroof.community.models.entries import Entry
from oneroof.core import clock


class Translation(models.Model):
    """One revision of one entry in one language: a machine's, until a person writes or corrects it."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="words_in")
    revision = models.PositiveIntegerField(help_text="0: of what was brought along without its history.")
    lang = models.CharField(max_length=12)
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField(help_text="Markdown.")
    service = models.CharField(max_length=20, blank=True, help_text="Which machine; empty: a person.")
    by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    characters = models.PositiveIntegerField(default=0, help_text="That the machine was given.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "revision", "lang"], name="one_translation_a_revision_and_language"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="translation_by_moment")]

    @property
    def is_by_machine(self) -> bool:
        return bool(self.service)


class TranslationService(models.Model):
    """The one machine that translates here; without a row, or switched off, nothing is sent anywhere."""

    provider = models.CharField(max_length=20)
    sealed = models.BinaryField(help_text="Its address and key: encrypted.")
    is_on = models.BooleanField(default=False)
    daily_characters = models.PositiveIntegerField(
        default=200_000, help_text="That it is given at most a day."
    )
    changed_at = models.DateTimeField(default=clock.now)
