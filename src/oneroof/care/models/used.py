"""What of the community our replies carried."""

from typing import ClassVar

from django.db import models

from oneroof.care.models.replies import Reply
from oneroof.core import clock


class UsedPassage(models.Model):
    """A reply that went out linked an answer, an article or another entry: it carried that reply."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="used")
    entry = models.ForeignKey("community.Entry", models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "reply"], name="used_once_a_reply")]
