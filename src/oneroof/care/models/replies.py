"""Replies and the states through which each goes exactly once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.care.models.conversations import Conversation
from oneroof.core import clock


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "approval", _("Waiting for approval")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known whether it went out")
    QUESTION = "question", _("A question before it goes")
    WITHDRAWN = "withdrawn", _("Withdrawn")


LIVE_REPLY_STATES = (
    ReplyState.AWAITING_APPROVAL,
    ReplyState.QUEUED,
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.UNKNOWN,
    ReplyState.QUESTION,
)


class Reply(models.Model):
    """What we say to one post. ``key`` is chosen once and is, or makes, the network's own idempotency."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="replies")
    source = models.ForeignKey("listening.Source", models.CASCADE, related_name="+")
    post = models.ForeignKey(
        "listening.PostKey", models.CASCADE, related_name="+", help_text="What it answers."
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="A further reply to the same post."
    )
    author = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=ReplyState, default=ReplyState.DRAFT)
    key = models.CharField(max_length=80, unique=True)
    claim_token = models.BigIntegerField(
        help_text="The claim under which it was given: checked again on sending."
    )
    text_answered = models.TextField(blank=True, help_text="The post as the author read it.")
    by_hand = models.BooleanField(default=False, help_text="Given outside; only told here.")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    approver = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    text_before_approval = models.TextField(
        null=True, help_text="The author's words where the approver changed them."
    )
    sent_back_because = models.TextField(blank=True)

    queued_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=36, blank=True, help_text="The sender that has it now.")
    lease_expires_at = models.DateTimeField(null=True)
    skips_look_up = models.BooleanField(
        default=False, help_text="The question was answered: send all the same."
    )
    reason = models.TextField(blank=True, help_text="Why it failed, is not known, or is a question.")
    sent_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=500, blank=True)
    url = models.TextField(blank=True)
    heard_as = models.ForeignKey(
        "listening.PostKey",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Our post, once heard back.",
    )
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "follows"],
                condition=Q(state__in=[state.value for state in LIVE_REPLY_STATES]),
                nulls_distinct=False,
                name="one_live_reply_a_post",
            ),
            models.UniqueConstraint(
                fields=["conversation", "author"], condition=Q(state="draft"), name="one_draft_an_author"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "id"], name="reply_queued", condition=Q(state="queued")),
            models.Index(
                fields=["source", "-sent_at"],
                name="reply_sent",
                condition=Q(state="sent", by_hand=False),
            ),
            models.Index(fields=["lease_expires_at"], name="reply_sending", condition=Q(state="sending")),
            models.Index(
                fields=["state", "id"],
                name="reply_for_a_person",
                condition=Q(state__in=["approval", "unknown", "question", "failed"]),
            ),
            models.Index(fields=["author", "approved_at"], name="reply_by_author"),
            models.Index(fields=["source", "external_id"], name="reply_by_external_id"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def was_changed_on_approval(self) -> bool:
        return self.text_before_approval is not None


class Trust(models.Model):
    """How many replies of a volunteer were approved unchanged, in a row."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="trust")
    in_a_row = models.PositiveIntegerField(default=0)
