"""What a community brought along that has no other place here."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportedBadge(models.Model):
    """A badge that a member had where they come from."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="imported_badges")
    name = models.CharField(max_length=120)
    at = models.DateTimeField()
    external_source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"], name="one_badge_an_external_id"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OldAddress(models.Model):
    """Where an entry or a member stood before, as the path that people still have links to."""

    path = models.CharField(max_length=200, unique=True, help_text="As /questions/123, without a slug.")
    entry = models.ForeignKey(
        "community.Entry", models.CASCADE, null=True, related_name="old_addresses", help_text="Or a member."
    )
    member = models.ForeignKey("community.Member", models.CASCADE, null=True, related_name="old_addresses")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, member=None) | Q(entry=None, member__isnull=False),
                name="an_old_address_leads_to_one",
            )
        ]

    def __str__(self) -> str:
        return self.path


class OldDeed(models.Model):
    """What was done in the community that was brought along, and is not done like that here: kept as it was.

    A bounty, a close vote, a link from one question to another, a lock. It stands in its entry's history.
    """

    class What(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted as the solution")
        UP = "up", _("Found useful")
        DOWN = "down", _("Found not useful")
        FAVOURITE = "favourite", _("Marked as a favourite")
        BOUNTY = "bounty", _("A bounty was offered")
        BOUNTY_END = "bounty_end", _("A bounty was given or ended")
        CLOSED = "closed", _("Closed, or asked to be")
        REOPENED = "reopened", _("Opened again, or asked to be")
        DELETED = "deleted", _("Deleted, or asked to be")
        RESTORED = "restored", _("Brought back, or asked to be")
        OFFENSIVE = "offensive", _("Reported as offensive")
        SPAM = "spam", _("Reported as spam")
        REPORTED = "reported", _("Reported to moderators")
        LOOKED_AT = "looked_at", _("Looked at by moderators")
        EDIT_TAKEN = "edit_taken", _("A suggested edit was taken")
        LOCKED = "locked", _("Locked")
        UNLOCKED = "unlocked", _("Unlocked")
        SHARED = "shared", _("Made everybody’s to edit")
        PROTECTED = "protected", _("Protected from newcomers")
        UNPROTECTED = "unprotected", _("Open to newcomers again")
        MOVED = "moved", _("Moved from or to another place")
        MERGED = "merged", _("Merged, or taken apart")
        NOTICE = "notice", _("A notice was put on it, or taken off")
        SHOWN = "shown", _("Shown to more people, or no longer")
        LINK = "link", _("Linked")
        DUPLICATE = "duplicate", _("Said to be a duplicate")
        TAG_TEXT = "tag_text", _("A tag’s description")
        OTHER = "other", _("Something else")

    kind = models.CharField(max_length=12, help_text="What its file held: votes, links, history, tag_wikis.")
    external_source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200)
    what = models.CharField(max_length=12, choices=What)
    entry = models.ForeignKey(
        "community.Entry", models.CASCADE, null=True, related_name="old_deeds", help_text="NULL: gone there."
    )
    post = models.CharField(max_length=200, blank=True, help_text="The entry's id there.")
    other = models.ForeignKey(
        "community.Entry", models.SET_NULL, null=True, related_name="linked_from", help_text="A link's end."
    )
    other_post = models.CharField(max_length=200, blank=True, help_text="The other's id there.")
    member = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="old_deeds")
    at = models.DateTimeField()
    amount = models.IntegerField(null=True, help_text="Of a bounty.")
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "kind", "external_id"], name="one_old_deed_an_external_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.post}"
