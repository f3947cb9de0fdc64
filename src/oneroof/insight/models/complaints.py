"""What many complain of: groups that live on from day to day, with somebody who mends them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class ComplaintState(models.TextChoices):
    NEW = "new", _("New")
    KNOWN = "known", _("Known")
    FIXING = "fixing", _("Being fixed")
    FIXED = "fixed", _("Fixed")


OPEN_STATES = (ComplaintState.NEW, ComplaintState.KNOWN, ComplaintState.FIXING)


class Complaint(models.Model):
    """One thing that many complain of. ``terms`` say by weight what it is about: no word that one person alone
    used."""

    name = models.CharField(max_length=120)
    terms = models.JSONField(default=dict)
    department = models.ForeignKey("accounts.Department", models.SET_NULL, null=True, related_name="+")
    department_by_hand = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ComplaintState, default=ComplaintState.NEW)
    owner = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(null=True)
    first_said_at = models.DateTimeField(help_text="Where its loop begins.")
    last_day = models.DateField(db_index=True)
    known_at = models.DateTimeField(null=True)
    fixing_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True, help_text="When it was heard again after it was fixed.")
    fix = models.TextField(blank=True, help_text="What was done, as customers may read it.")

    class Meta:
        verbose_name = _("complaint")

    def __str__(self) -> str:
        return self.name


class ComplaintDay(models.Model):
    """A complaint's figures of one day; ``usual`` is the mean of the days before, NULL where there were none."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    size = models.PositiveIntegerField(help_text="Posts and contacts.")
    people = models.PositiveIntegerField()
    contacts = models.PositiveIntegerField()
    reach = models.BigIntegerField(help_text="The sum of the followers of those whose number is known.")
    reach_known = models.PositiveIntegerField(help_text="Of how many people it is known.")
    usual = models.FloatField(null=True)
    telling = models.JSONField(help_text="Three keys: “post 7” or “contact 7”.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "day"], name="one_row_a_complaint_and_day")
        ]


class ComplaintMember(models.Model):
    """A post or contact that is part of a complaint, once."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="members")
    day = models.DateField(db_index=True)
    post_id = models.BigIntegerField(null=True)
    contact = models.ForeignKey("insight.Contact", models.CASCADE, null=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post_id"], name="a_post_complains_once"),
            models.UniqueConstraint(fields=["contact"], name="a_contact_complains_once"),
            models.CheckConstraint(
                condition=models.Q(post_id=None) ^ models.Q(contact=None), name="a_member_is_one_thing"
            ),
        ]
        indexes: ClassVar = [
            models.Index("complaint", models.F("said_at").desc(), name="complaint_newest_first")
        ]


class DigestedDay(models.Model):
    """A day whose complaints were grouped, and when last: a day without a row is unknown, not quiet."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField(null=True)
    said = models.PositiveIntegerField(default=0, help_text="How many complaints there were to group.")


class ComplaintTold(models.Model):
    """Who complained is to be told that it is fixed: a draft that waits in their conversation for a person."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="told")
    conversation = models.ForeignKey("care.Conversation", models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "conversation"], name="told_once_a_conversation")
        ]
