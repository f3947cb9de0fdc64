"""The rooms of the community: who may read in them, and who belongs."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Public: everybody reads, every member writes")
    LISTED = "listed", _("Private: everybody sees that it exists, its members read")
    SECRET = "secret", _("Secret: only its members know of it")


class Group(models.Model):
    """A room with its own readers. Public ones are the spaces that the home page shows."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    language = models.CharField(max_length=12, blank=True, help_text="ISO 639-1; empty: any.")
    to_experts_after = models.DurationField(null=True, help_text="NULL: experts are not asked.")
    to_care_after = models.DurationField(
        null=True, help_text="NULL: unanswered questions never go to the inbox."
    )
    is_heard = models.BooleanField(
        default=False, help_text="Of a private one: what is written in it reaches the inbox all the same."
    )
    holds_first = models.BooleanField(
        default=False, help_text="The first words of a new account wait for a moderator."
    )
    made_at = models.DateTimeField(default=clock.now)
    external_source = models.CharField(max_length=120, blank=True, help_text="What it was imported from.")
    external_id = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("group")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_group_an_external_id",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def name_for_all(self) -> str:
        """As it may stand where people read who do not belong, such as the audit."""
        return "…" if self.visibility == Visibility.SECRET else self.name


class Membership(models.Model):
    """That a member belongs to a group, asks to, or is asked to."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked to join")
        INVITED = "invited", _("Invited")
        MEMBER = "member", _("Member")
        KEEPER = "keeper", _("Keeper: lets people in and looks after the group")

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    member = models.ForeignKey("community.Member", models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=8, choices=State)
    since = models.DateTimeField(default=clock.now)
    by_claim = models.BooleanField(default=False, help_text="Single sign-on let them in, and ends it.")

    class Meta:
        verbose_name = _("membership")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "member"], name="one_membership_a_group_and_member")
        ]


BELONGS = (Membership.State.MEMBER, Membership.State.KEEPER)
