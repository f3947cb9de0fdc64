"""A word of another department on a thread, which only those who work here read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Counsel(models.Model):
    """That a department was asked about an entry, and what."""

    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="counsels")
    department = models.ForeignKey("accounts.Department", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    question = models.TextField()
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, help_text="When somebody said that it needs no more words.")

    class Meta:
        verbose_name = _("counsel")

    def __str__(self) -> str:
        return f"counsel {self.pk}"


class CounselWord(models.Model):
    counsel = models.ForeignKey(Counsel, models.CASCADE, related_name="words")
    author = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(default=clock.now)
