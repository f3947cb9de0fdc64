"""What only announcements have, beside their entry: what kind of news, and to whom it goes by itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.community.models.entries import Entry


class News(models.TextChoices):
    UPDATE = "update", _("Update")
    NEWS = "news", _("News")
    KNOWN_PROBLEM = "problem", _("Known problem")
    RECALL = "recall", _("Recall")


class Audience(models.TextChoices):
    FOLLOWERS = "followers", _("Everybody who follows its group or one of its tags")
    OWNERS = "owners", _("Owners of the product, or of that version of it")
    MEMBERS = "members", _("Every member")


WARNINGS = (News.KNOWN_PROBLEM, News.RECALL)
"""These come as a kind of notice of their own, so that each may choose another way for them."""


class Announcement(models.Model):
    """Its entry's product and version say whose owners are meant; an empty version means all."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="announcement")
    news = models.CharField(max_length=8, choices=News, default=News.NEWS)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.FOLLOWERS)
    told_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0, help_text="People who have an account here.")
    unreached = models.PositiveIntegerField(default=0, help_text="Owners who have none.")

    class Meta:
        verbose_name = _("announcement")

    def __str__(self) -> str:
        return str(self.entry)
