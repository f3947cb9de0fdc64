"""People, their handles, and the company's own record of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


def language_name(code: str) -> str:
    """In the reader's language; the code where Django knows no name for it."""
    if not code:
        return ""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


class PersonQuerySet(models.QuerySet["Person"]):
    def whole(self) -> "PersonQuerySet":
        """Those that stand for themselves, and for all that were joined to them."""
        return self.filter(merged_into=None)

    def of(self, person_id: int) -> "PersonQuerySet":
        """Somebody's row and those joined to it."""
        return self.filter(Q(pk=person_id) | Q(merged_into=person_id))


class Person(models.Model):
    """One human, as far as we know.

    A row is never rewritten by a merge: active links join rows, and ``merged_into`` says which of those joined
    stands for all of them. It follows from the links alone, so undoing one gives back what was.
    """

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, related_name="merged")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def whole_id(self) -> int:
        """The row that stands for this human now."""
        return self.merged_into_id or self.pk

    @property
    def language_name(self) -> str:
        return language_name(self.language)


class Identity(models.Model):
    """One handle on one network (or an address, on ``email``).

    ``born`` is whose it was when it was first met, and stays; ``person`` stands for everybody joined to that one.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    born = models.ForeignKey(Person, models.CASCADE, related_name="own_identities")
    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=320, help_text="As the network writes it, without a leading @.")
    handle_folded = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    followers = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)
    likened_at = models.DateTimeField(null=True, help_text="When it was compared with all others.")

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "handle_folded"], name="one_identity_a_handle")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="identity_to_compare", condition=Q(likened_at=None))
        ]

    def __str__(self) -> str:
        return self.name or self.handle


class Customer(models.Model):
    """A row of the company's own books: who somebody is there."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="customer")
    external_id = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    company = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("customer")
        indexes: ClassVar = [models.Index(fields=["email"], name="customer_by_email")]

    def __str__(self) -> str:
        return self.name or self.external_id


class StatedHandle(models.Model):
    """A handle, or an e-mail address, that a customer's record names as theirs."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="stated")
    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=320)
    handle_folded = models.CharField(max_length=320)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["network", "handle_folded", "customer"], name="one_statement_a_customer"
            )
        ]
