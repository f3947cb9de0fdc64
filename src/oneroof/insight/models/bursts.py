"""Rises that are not the time of day or week."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class BurstProfile(models.Model):
    """What is usual in one stream, by the hour of the week: learnt anew each hour."""

    stream = models.CharField(max_length=40, primary_key=True, help_text="“all”, “source 7” or “reason 7”.")
    hours = models.JSONField()
    spread = models.FloatField()
    made_at = models.DateTimeField(default=clock.now)


class Burst(models.Model):
    """One rise in one stream, from its first minute until the usual is back."""

    stream = models.CharField(max_length=40)
    source = models.ForeignKey(
        "listening.Source", models.CASCADE, null=True, related_name="+", help_text="Where it began."
    )
    reason = models.ForeignKey("insight.Reason", models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField(help_text="When the first post of it was said.")
    noticed_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now, help_text="When it was last far from usual.")
    ended_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(help_text="Of the window in which it stood out most.")
    count = models.PositiveIntegerField(help_text="Posts in that window.")
    usual = models.FloatField(help_text="Posts that are usual in that window.")
    words = models.JSONField(
        default=list, help_text="By which it stands out; none that one person alone used."
    )
    posts = models.JSONField(default=list, help_text="Ids of telling posts; the first one began it.")

    class Meta:
        verbose_name = _("burst")
        ordering: ClassVar = ["-noticed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stream"], condition=models.Q(ended_at=None), name="one_burst_a_stream"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(self.words[:3]) or str(self.reason or self.source or self.stream)

    @property
    def times_usual(self) -> float | None:
        return self.count / self.usual if self.usual >= 0.1 else None
