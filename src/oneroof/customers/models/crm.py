"""A company's CRM, with which people are told to and fro by signed webhooks."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.customers.models.people import Customer


class Dialect(models.TextChoices):
    """Whose names of objects and fields a message carries."""

    OWN = "own", _("Our own payloads")
    SALESFORCE = "salesforce", "Salesforce"
    HUBSPOT = "hubspot", "HubSpot"


class RecordKind(models.TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")
    PURCHASE = "purchase", _("Purchase")
    PRODUCT = "product", _("Product owned")
    CASE = "case", _("Case")


class EventKind(models.TextChoices):
    """What we tell."""

    PERSON_CHANGED = "person.changed", _("What we know of a person changed")
    CONVERSATION_CHANGED = "conversation.changed", _("A conversation changed")
    PERSON_ERASED = "person.erased", _("A person was erased")


class Topic(models.TextChoices):
    """Of what they are told."""

    PEOPLE = "people", _("People: handles, how they like to be reached, consent")
    FLAGS = "flags", _("Flags: detractor, fan, super-user, at risk")
    CONVERSATIONS = "conversations", _("Conversations: opened, handed on, closed")


class DispatchState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class CrmSyncQuerySet(models.QuerySet["CrmSync"]):
    def on(self) -> "CrmSyncQuerySet":
        return self.filter(is_on=True)

    def sending(self) -> "CrmSyncQuerySet":
        return self.on().exclude(address="")


class CrmSync(models.Model):
    """One CRM. ``sealed`` holds two secrets: by which it signs what comes, and by which we sign what goes."""

    name = models.CharField(max_length=120, unique=True)
    dialect = models.CharField(max_length=10, choices=Dialect, default=Dialect.OWN)
    mapping = models.JSONField(
        default=dict, help_text="By “kind.field” the path in their record, over the usual."
    )
    address = models.URLField(max_length=500, blank=True, help_text="Where we send; empty: nowhere.")
    sends = models.JSONField(default=list, help_text="Topics.")
    may_erase = models.BooleanField(default=False, help_text="Whom they erase is erased here without a look.")
    sealed = models.BinaryField()
    owner = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    is_on = models.BooleanField(default=True)

    heard_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    retry_at = models.DateTimeField(null=True, help_text="Before that, nothing is sent.")

    objects = CrmSyncQuerySet.as_manager()

    class Meta:
        verbose_name = _("CRM")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_owner(self) -> bool:
        """Somebody who may answer for what leaves."""
        return self.owner is not None and self.owner.may(Permission.GOVERN_PEOPLE)

    def is_waiting(self, now: datetime) -> bool:
        return self.retry_at is not None and self.retry_at > now


class CrmRecord(models.Model):
    """What one of their records was when it was changed last; ``customer`` is who it is here, of persons."""

    sync = models.ForeignKey(CrmSync, models.CASCADE, related_name="records")
    kind = models.CharField(max_length=10, choices=RecordKind)
    external_id = models.CharField(max_length=120)
    changed_at = models.DateTimeField(
        null=True, help_text="By their clock; NULL: only named by another record."
    )
    is_gone = models.BooleanField(default=False)
    name = models.CharField(max_length=200, blank=True, help_text="Of a company.")
    company_id = models.CharField(max_length=120, blank=True, help_text="Of a person: their number of it.")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="crm_records")
    told = models.CharField(max_length=64, blank=True, help_text="Digest of what we told of a person last.")
    looked_at = models.DateTimeField(null=True, help_text="When it was last seen whether there is news.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sync", "kind", "external_id"], name="one_crm_record")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sync", "company_id"], name="crm_by_company", condition=~Q(company_id="")),
            models.Index(
                models.F("looked_at").asc(nulls_first=True), name="crm_to_look_at", condition=Q(kind="person")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class CrmReceipt(models.Model):
    """One message that was taken: its number is never taken again."""

    sync = models.ForeignKey(CrmSync, models.CASCADE, related_name="receipts")
    message_id = models.CharField(max_length=255)
    at = models.DateTimeField(default=clock.now)
    stored = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(default=0, help_text="What is here was changed later.")
    erased = models.PositiveIntegerField(default=0, help_text="Of people who were erased here.")
    rejected = models.JSONField(default=list, help_text="Index and reason of what could not be read.")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sync", "message_id"], name="one_crm_receipt")
        ]

    def __str__(self) -> str:
        return self.message_id


class CrmDispatch(models.Model):
    """That something is to be told. What is told is looked up when it leaves, so nothing of a person lies here,
    and whatever changed meanwhile goes along."""

    sync = models.ForeignKey(CrmSync, models.CASCADE, related_name="dispatches")
    kind = models.CharField(max_length=24, choices=EventKind)
    record = models.ForeignKey(CrmRecord, models.CASCADE, null=True, related_name="dispatches")
    subject_id = models.BigIntegerField(default=0, help_text="Of a conversation, its number.")
    erased_id = models.CharField(
        max_length=120, blank=True, help_text="Their number of whom we erased, till told."
    )
    state = models.CharField(max_length=8, choices=DispatchState, default=DispatchState.WAITING)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "kind", "subject_id"],
                condition=Q(state="waiting") & ~Q(record=None),
                name="one_crm_dispatch_waits",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["sync", "id"], name="crm_to_send", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["sync", "-id"], name="crm_sent_last"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class CrmErased(models.Model):
    """That one of their records is of somebody erased here: what they still tell of them is not taken. A keyed
    digest: it leads to nobody."""

    sync = models.ForeignKey(CrmSync, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sync", "digest"], name="one_crm_erased")]
