"""What members gave, line by line, and what follows from it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def standing(self) -> "ContributionQuerySet":
        """Those that nobody took back and whose source still holds."""
        return self.filter(revoked_at=None)


class Contribution(models.Model):
    """One thing that somebody gave, and the row that shows it. Rows are added and revoked, never changed."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Answer accepted")
        VOTE = "vote", _("Found useful")
        ARTICLE = "article", _("Article written or kept fresh")
        IDEA = "idea", _("Idea adopted")
        REPLY = "reply", _("Reply as a volunteer on an outside network")
        REPORT = "report", _("Report that was right")

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="contributions")
    kind = models.CharField(max_length=10, choices=Kind)
    points = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=60, help_text="What shows it: “answer:7”, “vote:9”, “reply:3”.")
    entry = models.ForeignKey("community.Entry", models.SET_NULL, null=True, related_name="+")
    giver = models.ForeignKey(
        "community.Member", models.SET_NULL, null=True, related_name="+", help_text="Who found it good."
    )
    at = models.DateTimeField(help_text="When it was given.")
    noted_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", help_text="NULL: its source is gone."
    )
    because = models.CharField(max_length=300, blank=True, help_text="Why a person took it back.")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(revoked_at=None), name="one_standing_contribution_a_source"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["member", "-at"], name="contribution_of_member"),
            models.Index(fields=["entry"], name="contribution_of_entry"),
            models.Index(fields=["at"], name="contribution_by_time"),
        ]

    def __str__(self) -> str:
        return self.source


class Standing(models.Model):
    """What a member's ledger adds up to; made again from the ledger whenever it changes."""

    member = models.OneToOneField("community.Member", models.CASCADE, related_name="standing")
    points = models.PositiveIntegerField(default=0)
    level = models.PositiveSmallIntegerField(
        default=0, help_text="The trust that follows from it. A member’s own differs where a person set it."
    )
    counted_at = models.DateTimeField(default=clock.now)


class Badge(models.Model):
    """That a member has a badge; what it is for stands in ``rules.badges``."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="badges")
    key = models.CharField(max_length=40)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="one_badge_a_member_and_key")
        ]
