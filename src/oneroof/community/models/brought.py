"""What a community brought along that has no other place here."""

from typing import ClassVar

from django.db import models


class ImportedBadge(models.Model):
    """A badge that a member had where they come from."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="imported_badges")
    name = models.CharField(max_length=120)
    at = models.DateTimeField()
    external_source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"], name="one_badge_an_external_id"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OldAddress(models.Model):
    """Where an entry stood before, as the path that people still have links to."""

    path = models.CharField(max_length=200, unique=True, help_text="As /questions/123, without a slug.")
    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="old_addresses")

    def __str__(self) -> str:
        return self.path
