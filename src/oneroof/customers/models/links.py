"""What says that two rows are one human: evidence, how strong it is, and each step that was taken on it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.customers.models.people import Person


class Evidence(models.TextChoices):
    """From what a link was concluded."""

    SIGN_IN = "sign_in", _("Signed in with it")
    EMAIL = "email", _("The same e-mail address")
    STATED = "stated", _("Stated")
    AGENT = "agent", _("A colleague's word")
    LIKENESS = "likeness", _("Likeness")


class LinkState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("Joined")
    REFUSED = "refused", _("Refused")
    UNDONE = "undone", _("Undone")


NO = (LinkState.REFUSED, LinkState.UNDONE)


class Link(models.Model):
    """Two rows that are one human, by one kind of evidence. ``one`` is the older row."""

    one = models.ForeignKey(Person, models.CASCADE, related_name="links_from")
    other = models.ForeignKey(Person, models.CASCADE, related_name="links_to")
    evidence = models.CharField(max_length=8, choices=Evidence)
    strength = models.FloatField(help_text="0 to 1: how sure the evidence makes us.")
    told = models.JSONField(default=dict, help_text="The evidence itself.")
    state = models.CharField(max_length=8, choices=LinkState)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("link")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other", "evidence"], name="one_link_a_pair_and_evidence"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="link_older_row_first"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-strength", "id"], name="links_proposed", condition=Q(state="proposed"))
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.other_id}"

    @property
    def is_active(self) -> bool:
        return self.state == LinkState.ACTIVE


class LinkStep(models.Model):
    """One change of a link's state. Rows are only ever added."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=8, choices=LinkState)
    actor = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-id"]
