"""The yearly round: past help is honoured, and nothing is asked in return."""

from typing import ClassVar

from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.core.markdown import render


class Round(models.Model):
    """One round. It looks at the twelve months before it was opened; its awards hold for a year."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    perks = models.TextField(_("what goes with it"), blank=True, help_text=_("Markdown."))
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    group = models.ForeignKey("community.Group", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("round of awards")
        ordering: ClassVar = ["-opened_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def perks_html(self) -> SafeString:
        return render(self.perks)


class AwardQuerySet(models.QuerySet["Award"]):
    def current(self) -> "AwardQuerySet":
        return self.filter(round__announced_at__isnull=False, ends_at__gt=clock.now())


class Award(models.Model):
    """That a lead chose a member, and the words that say what for."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="awards")
    member = models.ForeignKey("community.Member", models.CASCADE, related_name="awards")
    citation = models.CharField(max_length=600)
    chosen_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, help_text="Set when the round is announced.")
    let_in = models.BooleanField(default=False, help_text="Its membership of the group came with the award.")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "member"], name="one_award_a_round_and_member")
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.round}"
