"""What somebody was told: at the desk, by e-mail, in browsers and in chat rooms."""

import uuid
from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.notify.carriers import Carrier, carrier_of
from oneroof.notify.kinds import Kind, kind_of


def new_transaction() -> str:
    return uuid.uuid4().hex


class LetterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known whether it went out")


class Letter(models.Model):
    """One e-mail that carries a person's notices; see decision 0086 for its states."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.WAITING)
    message_id = models.CharField(max_length=120, unique=True, help_text="Chosen once, without its brackets.")
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="letter_to_send",
            ),
            models.Index(fields=["user", "-made_at"], name="letter_by_user"),
        ]


class Notice(models.Model):
    """One thing told to one person, once: ``key`` is unique for each person."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, help_text="What makes it the same notice: 'watch:7:post:12'.")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Where it leads, within this site.")
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    by_email = models.BooleanField(default=False)
    letter = models.ForeignKey(Letter, models.RESTRICT, null=True, related_name="notices")
    message_id = models.CharField(
        max_length=120, blank=True, help_text="Of a letter of its own, which may be answered; else empty."
    )
    answer_to = models.EmailField(blank=True, help_text="The mailbox that hears such answers.")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(fields=["user", "-id"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["key"], condition=models.Q(read_at=None), name="notice_unread_by_key"),
            models.Index(fields=["read_at"], condition=~models.Q(read_at=None), name="notice_read"),
            models.Index(
                fields=["user"],
                condition=models.Q(by_email=True, letter=None, read_at=None),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def what(self) -> Kind:
        return kind_of(self.kind)


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("As it comes")
    DAILY = "daily", _("Once a day, together")
    WEEKLY = "weekly", _("Once a week, together")


class Preferences(models.Model):
    """How one person wants to be told; quiet hours are those of their own time zone, and for all but the desk."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="notice_preferences")
    ways = models.JSONField(default=dict, help_text="Ways by kind; what is not chosen follows the kind.")
    takes_email = models.BooleanField(default=True, help_text="Off: no notice at all goes by e-mail.")
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.AT_ONCE, help_text="Of letters.")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    def __str__(self) -> str:
        return str(self.user)


class OutletQuerySet(models.QuerySet["Outlet"]):
    def on(self) -> Self:
        """Switched on, and its person is still here."""
        return self.filter(models.Q(user=None) | models.Q(user__is_active=True), is_on=True)

    def for_notice(self, kind: str, people: Iterable[User]) -> Self:
        """Those of these people, and the rooms of the company and of their departments that want this kind."""
        people = list(people)
        shared = models.Q(user=None, kinds__contains=[kind])
        near = models.Q(department=None) | models.Q(department__people__in=people)
        return self.on().filter(models.Q(user__in=people) | shared & near).distinct()


class Outlet(models.Model):
    """Where notices come out beside desk and e-mail: one's browser, one's chat room, or a room that a lead
    added for a department or, with neither, for the company."""

    carrier = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    sealed = models.BinaryField(help_text="Where it leads and with which key: encrypted.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of a browser's address; else empty.")
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="outlets")
    department = models.ForeignKey("accounts.Department", models.CASCADE, null=True, related_name="+")
    kinds = models.JSONField(default=list, help_text="Of a shared room: the kinds that it wants.")
    shows_text = models.BooleanField(default=False, help_text="Off: the title and the link alone go out.")
    is_on = models.BooleanField(default=True)
    made_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    worked_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(
        blank=True, help_text="What was said last; empty where the last message arrived."
    )

    objects = OutletQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(department=None), name="outlet_has_one_owner"
            ),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~models.Q(fingerprint=""), name="one_outlet_a_browser"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> Carrier:
        return carrier_of(self.carrier)

    @property
    def is_shared(self) -> bool:
        return self.user_id is None

    @property
    def page(self) -> str:
        """Where it is looked after."""
        return "/desk/settings/notices/" if self.carrier == "push" else "/desk/settings/rooms/"


class Dispatch(models.Model):
    """One message to one outlet, which carries all that waited for it; see decision 0117 for its states."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="dispatches")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.WAITING)
    transaction = models.CharField(max_length=32, unique=True, default=new_transaction)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="dispatch_to_send",
            ),
        ]


class DispatchLine(models.Model):
    """One thing to be told at one outlet, once: ``key`` is a notice's."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="lines")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, null=True, related_name="lines")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="Only where its outlet shows text.")
    path = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["outlet", "key"], name="one_line_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["outlet", "id"], condition=models.Q(dispatch=None), name="line_to_send"),
            models.Index(fields=["at"], name="line_by_moment"),
            models.Index(fields=["key"], condition=models.Q(dispatch=None), name="line_waiting_by_key"),
        ]

    def __str__(self) -> str:
        return self.title
