"""A thread that a person on our side answers as one piece of work."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.core import clock


class State(models.TextChoices):
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for customer")
    SNOOZED = "snoozed", _("Snoozed")
    DONE = "done", _("Done")


class Outcome(models.TextChoices):
    SOLVED = "solved", _("Solved")
    ANSWERED_ELSEWHERE = "answered_elsewhere", _("Answered elsewhere")
    NO_ANSWER_NEEDED = "no_answer_needed", _("No answer needed")
    COULD_NOT_HELP = "could_not_help", _("Could not help")


class Priority(models.TextChoices):
    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def whole(self) -> "ConversationQuerySet":
        """Those that were not merged into another one."""
        return self.filter(merged_into=None)

    def in_state(self, state: State) -> "ConversationQuerySet":
        return self.whole().filter(state=state)

    def claimed_by(self, user: User) -> "ConversationQuerySet":
        return self.filter(claimant=user, claim_expires_at__gt=clock.now())

    def free(self) -> "ConversationQuerySet":
        """Nobody's: no live claim, and nobody it was handed to."""
        lapsed = Q(claimant=None) | Q(claim_expires_at__lte=clock.now())
        return self.filter(lapsed, assignee=None)

    def of(self, user: User) -> "ConversationQuerySet":
        """What this person holds or was handed."""
        return self.filter(Q(assignee=user) | Q(claimant=user, claim_expires_at__gt=clock.now()))


class Conversation(models.Model):
    """One a thread. What its posts tell is kept here too, so that a list needs no posts."""

    thread = models.OneToOneField(
        "listening.PostKey",
        models.SET_NULL,
        null=True,
        related_name="conversation",
        help_text="The thread's root; NULL once merged into another conversation.",
    )
    source = models.ForeignKey("listening.Source", models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200, help_text="The beginning of the opening post.")
    snippet = models.CharField(max_length=200, help_text="The beginning of the customer's latest post.")
    opening_post_id = models.BigIntegerField()
    latest_post_id = models.BigIntegerField(help_text="The customer's latest: what is answered.")
    posts_count = models.PositiveIntegerField(default=1)
    identity = models.ForeignKey(
        "customers.Identity", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    customer_name = models.CharField(max_length=200, blank=True)
    customer_handle = models.CharField(max_length=320, blank=True)
    lang = models.CharField(max_length=12, null=True)

    need = models.PositiveSmallIntegerField(default=0)
    need_reasons = models.JSONField(default=list, help_text="Of the post that needs an answer most.")
    is_at_risk = models.BooleanField(default=False)
    risk_reasons = models.JSONField(default=list)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    priority_by_hand = models.BooleanField(default=False)
    rank = models.BigIntegerField(
        help_text="What its state's list is sorted by, highest first; see rules/rank.py."
    )

    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=20, choices=Outcome, null=True)
    department = models.ForeignKey("accounts.Department", models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    first_helper = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    claimant = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    claim_expires_at = models.DateTimeField(null=True)
    claim_token = models.BigIntegerField(default=0, help_text="Fencing: rises whenever somebody else claims.")
    snoozed_until = models.DateTimeField(null=True)

    opened_at = models.DateTimeField(help_text="When this piece of work began: its clocks' start.")
    customer_said_at = models.DateTimeField(help_text="The customer's latest post.")
    ours_said_at = models.DateTimeField(null=True, help_text="Our latest word, heard or sent.")
    waits_from = models.DateTimeField(
        default=clock.now, help_text="From when waiting counts in the list; see rules/rank.py."
    )
    awaiting_since = models.DateTimeField(null=True, help_text="NULL while it is the customer's turn.")
    first_response_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField(null=True)
    policy = models.JSONField(
        default=dict, help_text="The service policy that made the due times, as it was."
    )

    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")
    changed = models.BigIntegerField(
        default=0, help_text="Next of care_conversation_changed, at each change."
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                "state", F("rank").desc(), F("id").desc(), name="care_by_rank", condition=Q(merged_into=None)
            ),
            models.Index(
                F("rank").desc(),
                F("id").desc(),
                name="care_at_risk",
                condition=Q(merged_into=None, state="open", is_at_risk=True),
            ),
            models.Index(
                "department",
                F("rank").desc(),
                F("id").desc(),
                name="care_by_department",
                condition=Q(merged_into=None, state="open"),
            ),
            models.Index("assignee", name="care_assigned", condition=Q(assignee__isnull=False, state="open")),
            models.Index("claimant", name="care_claimed", condition=Q(claimant__isnull=False)),
            models.Index("snoozed_until", name="care_to_wake", condition=Q(state="snoozed")),
            models.Index("changed", name="care_by_change"),
            models.Index("resolved_at", name="care_by_resolution", condition=Q(resolved_at__isnull=False)),
            models.Index("identity", name="care_by_identity"),
            GinIndex(
                OpClass(Upper("customer_name"), name="gin_trgm_ops"),
                OpClass(Upper("customer_handle"), name="gin_trgm_ops"),
                name="care_by_name",
            ),
            models.Index("opened_at", name="care_by_opening"),
            models.Index(
                "first_due_at",
                name="care_first_due",
                condition=Q(merged_into=None, first_response_at=None, resolved_at=None),
            ),
            models.Index(
                "resolution_due_at",
                name="care_resolution_due",
                condition=Q(merged_into=None, first_response_at__isnull=False, resolved_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    def is_held(self, now: datetime) -> bool:
        """Somebody's claim is alive."""
        return (
            self.claimant_id is not None and self.claim_expires_at is not None and self.claim_expires_at > now
        )

    def is_held_by(self, user: User, now: datetime) -> bool:
        return self.claimant_id == user.pk and self.is_held(now)

    @property
    def holder(self) -> User | None:
        """Who is at it now."""
        return self.claimant if self.is_held(clock.now()) else None

    @property
    def is_unanswered(self) -> bool:
        """We have not said a word in this piece of work."""
        return self.first_response_at is None

    @property
    def is_first_response_breached(self) -> bool:
        return _is_breached(self.first_due_at, self.first_response_at or self.resolved_at)

    @property
    def is_resolution_breached(self) -> bool:
        return _is_breached(self.resolution_due_at, self.resolved_at)

    @property
    def next_due_at(self) -> datetime | None:
        """The clock that runs: for the first response until it is given, then for the resolution."""
        if self.resolved_at is not None:
            return None
        return self.resolution_due_at if self.first_response_at else self.first_due_at


class PastWork(models.Model):
    """An earlier piece of work in a conversation that was taken up again long after it was done."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="past_work")
    priority = models.CharField(max_length=8, choices=Priority)
    outcome = models.CharField(max_length=20, choices=Outcome, null=True)
    opened_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField(null=True)
    policy = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "opened_at"], name="one_work_an_opening")
        ]


def _is_breached(due: datetime | None, met: datetime | None) -> bool:
    return due is not None and (met or clock.now()) > due
