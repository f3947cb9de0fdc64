"""An erasure that takes a while: how far it is. It names nobody, since that is its purpose."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Erasure(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being erased")
        DONE = "done", _("Erased")

    person_number = models.BigIntegerField(help_text="Of a person who is no more, so no reference.")
    asked_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    size = models.PositiveBigIntegerField(help_text="Rows to go in batches, when it was asked for.")
    rows = models.PositiveBigIntegerField(default=0, help_text="Gone so far.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("erasure")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_number"], condition=~models.Q(state="done"), name="one_erasure_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.person_number}"
