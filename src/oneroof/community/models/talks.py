"""What two members say to one another, and who wants to hear nothing of whom."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oneroof.community.models.moderation import Report, ReportReason
from oneroof.core import clock


class Talk(models.Model):
    """Between two members; ``one`` has the lower number. It goes with either of them."""

    one = models.ForeignKey("community.Member", models.CASCADE, related_name="+")
    other = models.ForeignKey("community.Member", models.CASCADE, related_name="+")
    begun_by = models.ForeignKey("community.Member", models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="one_talk_a_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="the_lower_number_first"),
        ]


class Message(models.Model):
    talk = models.ForeignKey(Talk, models.CASCADE, related_name="messages")
    author = models.ForeignKey("community.Member", models.CASCADE, related_name="messages")
    body = models.TextField(help_text="Markdown.")
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True, help_text="By a moderator, after a report.")

    class Meta:
        verbose_name = _("message")
        indexes: ClassVar = [
            models.Index(fields=["author", "at"], name="message_by_author"),
            models.Index(fields=["talk"], name="message_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        """Never what it says: it is between two."""
        return f"message {self.pk}"


class MessageReport(models.Model):
    """By whom it was sent to. From then on moderators read this one message, and no other."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="report")
    reason = models.CharField(max_length=10, choices=ReportReason)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=10, choices=Report.Outcome, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")


class Block(models.Model):
    """A member wants to hear nothing of another; the other is not told."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="blocks")
    whom = models.ForeignKey("community.Member", models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "whom"], name="blocked_once")]
