"""Partners and service points, and the people who look after their entries; helpers list themselves."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Listing(models.Model):
    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        SERVICE_POINT = "service", _("Service point")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("Town and country."))
    address = models.CharField(_("address"), max_length=300, blank=True)
    hours = models.CharField(_("opening hours"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    url = models.URLField(_("web address"), blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("entry of the directory")
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("recognition:place", args=[self.pk])


class ListingClaim(models.Model):
    """That a member says that they belong to a listing, and what became of it. KEPT: they may change it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        KEPT = "kept", _("Looks after it")
        REFUSED = "refused", _("Refused")

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="claims")
    member = models.ForeignKey("community.Member", models.CASCADE, related_name="listing_claims")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="NULL: by its own address.",
    )

    class Meta:
        verbose_name = _("claim to an entry of the directory")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["listing", "member"], name="one_claim_a_listing_and_member")
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.listing}"
