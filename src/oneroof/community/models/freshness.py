"""Why an article may no longer be right, each reason with what shows it; a review clears them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.community.models.entries import Entry
from oneroof.core import clock


class Reason(models.TextChoices):
    DUE = "due", _("Its review is due")
    COMPLAINT = "complaint", _("Somebody complains about what it explains")
    QUESTION = "question", _("Somebody asks what it should answer")
    HELPFULNESS = "helpfulness", _("It helps fewer people than before")
    DEAD_LINK = "dead_link", _("A link in it leads nowhere any more")
    NEWER_VERSION = "version", _("Customers own a newer version")
    ORIGINAL = "original", _("What it is a translation of has changed")
    TOLD = "told", _("Somebody says that it is wrong")


class Flag(models.Model):
    """One reason with its evidence, once. What people said is looked up where it stands, never kept here."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=12, choices=Reason)
    key = models.CharField(
        max_length=300, help_text="What makes it the same: “post:7”, an address, a version."
    )
    path = models.CharField(
        max_length=300, blank=True, help_text="Where the evidence stands, in this program."
    )
    told = models.JSONField(default=dict, help_text="The figures, the address, the version.")
    words = models.CharField(max_length=300, blank=True, help_text="What a member said of it.")
    by = models.ForeignKey("community.Member", models.CASCADE, null=True, related_name="+")
    post_id = models.BigIntegerField(null=True)
    post_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=clock.now)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("sign that an article is stale")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "reason", "key"], name="one_flag_a_reason_and_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry"], condition=models.Q(cleared_at=None), name="flag_open")
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())


class LinkCheck(models.Model):
    """How a link of an article answered when it was last tried."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="link_checks")
    url = models.CharField(max_length=2_000)
    checked_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "url"], name="one_check_a_link")]
