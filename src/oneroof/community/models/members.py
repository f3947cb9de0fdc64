"""Who takes part."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneroof.core import clock


class Member(models.Model):
    """Somebody as the community knows them: with an account, or brought along and not yet claimed."""

    user = models.OneToOneField(
        "accounts.User",
        models.SET_NULL,
        null=True,
        related_name="community_member",
        help_text="NULL: unclaimed.",
    )
    person = models.ForeignKey("customers.Person", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    place = models.CharField(max_length=120, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    trust = models.PositiveSmallIntegerField(
        default=0, help_text="0 new … 4 trusted: what one may do unseen."
    )
    external_source = models.CharField(max_length=120, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    claim_email = models.EmailField(
        blank=True, help_text="Whose letterbox proves that the account is theirs."
    )
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="merged",
        help_text="Whose account took it over: what it did is theirs, and the row stands for its old number.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_member_an_external_id",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["claim_email"], condition=~models.Q(claim_email=""), name="member_by_claim_email"
            )
        ]

    def __str__(self) -> str:
        return self.name
