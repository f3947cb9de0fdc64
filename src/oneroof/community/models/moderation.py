"""Order in the house: reports, holds, what a member may not do for a while, and what the filters have learnt."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.community.models.entries import Entry
from oneroof.core import clock


class ReportReason(models.TextChoices):
    """Why somebody thinks that an entry should not stand as it does."""

    SPAM = "spam", _("Advertising or spam")
    OFFENSIVE = "offensive", _("Insults or hate")
    PRIVATE = "private", _("Private data of somebody")
    DANGEROUS = "dangerous", _("Dangerous or wrong advice")
    OFF_TOPIC = "off_topic", _("Does not belong here")
    OTHER = "other", _("Something else")


class Report(models.Model):
    """One member's word that an entry breaks the rules; once a member and entry."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Right")
        DISMISSED = "dismissed", _("Not so")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="reports")
    member = models.ForeignKey("community.Member", models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=10, choices=ReportReason)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(
        max_length=10, choices=Outcome, blank=True, help_text="Empty: not decided yet."
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("report")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "member"], name="one_report_a_member_and_entry")
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry"], name="report_that_waits", condition=Q(outcome=""))
        ]


class Hold(models.Model):
    """That an entry waits for a person, and why; its ``held_at`` says so on every page."""

    class Why(models.TextChoices):
        NEW = "new", _("first words of a new account")
        LINK = "link", _("a link from somebody new")
        SPAM = "spam", _("looks like spam")
        OFFENSIVE = "offensive", _("looks offensive")
        REPORTED = "reported", _("reported by several people")
        BY_HAND = "by_hand", _("held back by a moderator")

    class Outcome(models.TextChoices):
        RELEASED = "released", _("Released")
        REMOVED = "removed", _("Removed")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="holds")
    at = models.DateTimeField(default=clock.now)
    whys = models.JSONField(default=list, help_text="Of Why.")
    chance = models.FloatField(null=True, help_text="That it is unwanted, 0 to 1; NULL: not judged.")
    because = models.JSONField(default=list, help_text="The words that speak most for it.")
    outcome = models.CharField(
        max_length=10, choices=Outcome, blank=True, help_text="Empty: not decided yet."
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="NULL: blatant, by the filter.",
    )

    class Meta:
        verbose_name = _("hold")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry"], condition=Q(outcome=""), name="held_once")
        ]
        indexes: ClassVar = [models.Index(fields=["-decided_at"], name="hold_by_decision")]

    @property
    def words(self) -> list[str]:
        return [str(self.Why(why).label) for why in self.whys if why in self.Why.values]


class Sanction(models.Model):
    """A warning, a silence or a ban; over when it ends, is lifted, or an appeal is granted."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("Warning")
        SILENCE = "silence", _("Silence: reads, but writes nothing")
        BAN = "ban", _("Ban: takes no part at all")

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=1_000, help_text="As the member reads it.")
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, related_name="+", help_text="What it is for."
    )
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    ends_at = models.DateTimeField(null=True, help_text="NULL: when it is lifted.")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_answer = models.TextField(blank=True)
    appeal_decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sanction")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["appealed_at"],
                name="appeal_that_waits",
                condition=Q(appealed_at__isnull=False, appeal_decided_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and (self.ends_at is None or self.ends_at > clock.now())

    @property
    def may_appeal(self) -> bool:
        return self.is_in_force and self.appealed_at is None


class FilterState(models.Model):
    """What one filter has learnt from the moderators' decisions."""

    about = models.CharField(max_length=10, unique=True, help_text="spam or offensive.")
    state = models.BinaryField()
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)
