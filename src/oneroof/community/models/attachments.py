"""Pictures and files that members put into what they write."""

from typing import ClassVar
from urllib.parse import quote

from django.db import models
from django.db.models import Q

from oneroof.community.models.entries import Entry
from oneroof.core import clock


class Attachment(models.Model):
    """One file. Until it stands in an entry only its uploader sees it; then whoever reads the entry."""

    token = models.CharField(max_length=32, unique=True)
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="attachments")
    by = models.ForeignKey("community.Member", models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=60, help_text="Media type, as we found it to be.")
    content = models.BinaryField(help_text="A picture is ours: drawn anew, without what its camera wrote.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["by", "at"], name="attachment_of_member"),
            models.Index(fields=["at"], condition=Q(entry=None), name="attachment_that_waits"),
        ]

    def get_absolute_url(self) -> str:
        return f"/files/{self.token}/{quote(self.name)}"

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")
