"""How people come into private groups: by a letter, or by what single sign-on says of them."""

from datetime import timedelta
from typing import ClassVar

from django.core import signing
from django.db import models

from oneroof.community.models.groups import Group
from oneroof.core import clock

INVITATION_SALT = "oneroof.community.invitation"
INVITATION_LIFE = timedelta(days=14)


class GroupInvitation(models.Model):
    """A letter that lets one address into a group, once."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    invited_by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text="When it was taken, declined or taken back.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=models.Q(answered_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        """What its letter's address ends with; it holds for as long as the invitation is open."""
        return signing.dumps(self.pk, salt=INVITATION_SALT)


class ClaimRule(models.Model):
    """Whoever single sign-on says this of belongs to the group, for as long as it says so."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="claim_rules")
    claim = models.CharField(max_length=120, help_text="Its name, such as “groups”.")
    value = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["claim", "value", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "claim", "value"], name="one_rule_a_claim_and_group")
        ]

    def __str__(self) -> str:
        return f"{self.claim} = {self.value}"


CLAIM_SALT = "oneroof.community.old_account"
CLAIM_LIFE = timedelta(hours=24)


class AccountClaim(models.Model):
    """A letter to the address of an account that was brought along: whoever has the letterbox takes it, once."""

    email = models.EmailField()
    user = models.ForeignKey(
        "accounts.User",
        models.CASCADE,
        null=True,
        related_name="+",
        help_text="Into whose account it is taken; NULL: the one of the address itself.",
    )
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["email", "asked_at"], name="account_claim_by_address")]

    @property
    def token(self) -> str:
        """What its letter's address ends with."""
        return signing.dumps(self.pk, salt=CLAIM_SALT)
