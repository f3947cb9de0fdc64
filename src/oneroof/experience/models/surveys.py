"""What we ask, of whom, and who wants to be left alone."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.experience.models.answers import Kind


class Occasion(models.TextChoices):
    """After what somebody is asked."""

    REPLY = "reply", _("After a conversation was solved")
    ANSWER = "answer", _("After an answer was accepted")
    ARTICLE = "article", _("After an article was judged")
    PURCHASE = "purchase", _("After a purchase")
    HAND = "hand", _("By hand only")


class Survey(models.Model):
    """One question, with room for words."""

    name = models.CharField(max_length=120, help_text="The touch point of its answers.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CSAT)
    question = models.CharField(max_length=300)
    occasion = models.CharField(max_length=10, choices=Occasion, default=Occasion.HAND)
    delay_hours = models.PositiveSmallIntegerField(default=24)
    reminder_days = models.PositiveSmallIntegerField(default=5, help_text="0: nobody is reminded.")
    asks_origin = models.BooleanField(default=False, help_text="Also asks how they heard of us.")
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        verbose_name = _("survey")

    def __str__(self) -> str:
        return self.name


class InvitationState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    LINK = "link", _("A link, given by hand")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known whether it went out")
    STOPPED = "stopped", _("Not wanted")


class Invitation(models.Model):
    """One person, asked once about one thing; or a link in a public reply, for whoever it answers."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    person = models.ForeignKey("customers.Person", models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    language = models.CharField(max_length=12, blank=True)
    about = models.CharField(max_length=80, help_text="“conversation 7”.")
    state = models.CharField(max_length=8, choices=InvitationState, default=InvitationState.WAITING)
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation to a survey")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "about", "email_digest"], name="asked_once_about_it")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "due_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="invitation_to_send",
            ),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(state="sent", answered_at=None, reminded_at=None),
                name="invitation_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.about}"


class Refusal(models.Model):
    """An address that is not asked any more, kept as its SHA-256."""

    email_digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=clock.now)


class ExperienceSettings(models.Model):
    """What a lead may set; one row, with the defaults where it is missing."""

    rest_days = models.PositiveSmallIntegerField(
        default=30, help_text="Nobody is asked again within so many days, whatever the survey."
    )

    class Meta:
        verbose_name_plural = "experience settings"
