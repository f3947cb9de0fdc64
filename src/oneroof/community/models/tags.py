"""What entries are about."""

from typing import ClassVar

from django.db import models


class Tag(models.Model):
    """A topic, with people who own it: they are told of its questions, and keep its words in order."""

    name = models.CharField(max_length=60, unique=True)
    about = models.TextField(blank=True)
    owners = models.ManyToManyField("community.Member", related_name="owned_tags", blank=True)
    synonym_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="synonyms",
        help_text="Whatever is tagged with it gets that one.",
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", db_index=False)
    came_as = models.ForeignKey(
        Tag,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The synonym that it was tagged with, and is again where that stands for itself again.",
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "tag"], name="tagged_once")]
        indexes: ClassVar = [
            models.Index(fields=["tag", "-entry"], name="tagged_newest_first"),
            models.Index(
                fields=["came_as"], condition=models.Q(came_as__isnull=False), name="tagged_by_synonym"
            ),
        ]
