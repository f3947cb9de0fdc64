"""What entries are about."""

from typing import ClassVar

from django.db import models


class Tag(models.Model):
    """A topic, with people who own it: they are asked first, and keep its articles."""

    name = models.CharField(max_length=60, unique=True)
    about = models.TextField(blank=True)
    owners = models.ManyToManyField("community.Member", related_name="owned_tags", blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "tag"], name="tagged_once")]
        indexes: ClassVar = [models.Index(fields=["tag", "-entry"], name="tagged_newest_first")]
