"""What only our side sees: notes, tags, saved replies and saved views."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from oneroof.care.models.conversations import Conversation
from oneroof.core import clock


class Note(models.Model):
    """An internal remark; customers never see it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    author = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]


class Tag(models.Model):
    name = models.CharField(max_length=60)
    conversations = models.ManyToManyField(Conversation, through="Tagging", related_name="tags")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="one_tag_a_name")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    tag = models.ForeignKey(Tag, models.CASCADE)
    conversation = models.ForeignKey(Conversation, models.CASCADE, db_index=False)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="one_tagging_a_tag")
        ]


class SavedReply(models.Model):
    """A text that many answers share, with placeholders; reviewed, and good until it expires."""

    name = models.CharField(max_length=120)
    lang = models.CharField(max_length=12, default="en")
    text = models.TextField(help_text="Markdown, with placeholders such as {{ name }}.")
    owner = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["name", "lang"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "lang"], name="one_saved_reply_a_language")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()


class SavedView(models.Model):
    """A list with its filters, under a name, for one person."""

    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    view = models.CharField(max_length=12)
    filters = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name
