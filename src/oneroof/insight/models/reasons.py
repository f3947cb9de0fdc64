"""Why people contact us: reasons, what was counted under them, and what the router learns from."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class By(models.TextChoices):
    """Who found the reason of a contact or a post."""

    FILE = "file", _("Its file")
    HAND = "hand", _("A person")
    LEARNT = "learnt", _("Learnt")


class ReasonQuerySet(models.QuerySet["Reason"]):
    def live(self) -> "ReasonQuerySet":
        return self.filter(deleted_at=None)


class Reason(models.Model):
    """One reason for which people contact us, in the company's own tree."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="below")
    department = models.ForeignKey("accounts.Department", models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(deleted_at=None), name="one_live_reason_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One contact that another system logged: a call, a ticket, a chat."""

    external_id = models.CharField(max_length=500, unique=True)
    channel = models.CharField(max_length=60)
    opened_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True)
    customer = models.CharField(max_length=320, blank=True)
    identity = models.ForeignKey("customers.Identity", models.SET_NULL, null=True, related_name="contacts")
    reason_said = models.CharField(max_length=120, blank=True, help_text="As its file has it.")
    text = models.TextField(blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reason = models.ForeignKey(Reason, models.SET_NULL, null=True, related_name="contacts")
    reason_by = models.CharField(max_length=8, choices=By, blank=True)
    sureness = models.FloatField(null=True, help_text="Of what was learnt, 0 to 1.")
    placed_at = models.DateTimeField(null=True, help_text="When the router last looked at it.")
    lang = models.CharField(max_length=12, blank=True, db_default="")
    feeling = models.SmallIntegerField(null=True, help_text="-1, 0 or 1; NULL where unknown.")
    product = models.ForeignKey("insight.Product", models.SET_NULL, null=True, related_name="+")
    department = models.ForeignKey(
        "accounts.Department",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        help_text="Its reason's: written by a trigger.",
    )

    class Meta:
        verbose_name = _("contact")
        indexes: ClassVar = [models.Index(fields=["customer"], name="contact_by_customer")]


class PlacedPost(models.Model):
    """A customer's post as it is counted: once, whatever is told twice."""

    post_id = models.BigIntegerField(primary_key=True)
    said_at = models.DateTimeField(db_index=True)
    source = models.ForeignKey("listening.Source", models.CASCADE, related_name="+", db_constraint=False)
    reason = models.ForeignKey(Reason, models.SET_NULL, null=True, related_name="posts")
    reason_by = models.CharField(max_length=8, choices=By, blank=True)
    sureness = models.FloatField(null=True)
    lang = models.CharField(max_length=12, blank=True, db_default="")
    feeling = models.SmallIntegerField(null=True, help_text="-1, 0 or 1; NULL where unknown.")
    product = models.ForeignKey("insight.Product", models.SET_NULL, null=True, related_name="+")
    department = models.ForeignKey(
        "accounts.Department",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        help_text="Its reason's, else its source's: written by a trigger.",
    )


class Example(models.Model):
    """What the router learns from: a text, and the reason that a person or a file gave it."""

    key = models.CharField(max_length=40, unique=True, help_text="“contact 7” or “post 7”.")
    text = models.TextField()
    reason = models.ForeignKey(Reason, models.CASCADE, related_name="examples")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    vector = models.BinaryField(null=True, help_text="float32, where it was embedded.")


class FoundGroup(models.Model):
    """Contacts without a reason that say the same: offered as a new reason until somebody takes it up."""

    name = models.CharField(max_length=120, help_text="The words by which it stands out.")
    size = models.PositiveIntegerField()
    keys = models.JSONField(help_text="Of its members, as those of examples.")
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("found group")
        ordering: ClassVar = ["-size", "pk"]

    def __str__(self) -> str:
        return self.name
