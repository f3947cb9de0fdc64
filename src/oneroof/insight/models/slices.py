"""Posts and contacts counted by two of their sides and day: kept by the database itself."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Side(models.IntegerChoices):
    """By what posts and contacts are sliced; the numbers stand in the database's triggers."""

    PLACE = 1, _("Source or channel")
    PRODUCT = 2, _("Product")
    REASON = 3, _("Reason")
    FEELING = 4, _("Feeling")
    LANGUAGE = 5, _("Language")
    DEPARTMENT = 6, _("Department")


class Product(models.Model):
    """What people speak of by these words; a post speaks of the first one whose words it has."""

    name = models.CharField(max_length=120, unique=True)
    words = ArrayField(models.CharField(max_length=120), help_text="Its names and nicknames.")

    class Meta:
        verbose_name = _("product")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How many of a day have two values; with the same side twice, one value's. Written by triggers alone."""

    pk = models.CompositePrimaryKey("side_a", "value_a", "side_b", "day", "value_b")
    side_a = models.SmallIntegerField(choices=Side)
    value_a = models.CharField(max_length=80)
    side_b = models.SmallIntegerField(choices=Side)
    value_b = models.CharField(max_length=80)
    day = models.DateField()
    posts = models.BigIntegerField(default=0)
    contacts = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["side_b", "value_b", "side_a", "day"], name="tally_from_the_other_side")
        ]


class Mixture(models.Model):
    """How many have all of these values together; fewer than there are rows, since many are alike."""

    pk = models.CompositePrimaryKey("day", "feeling", "language", "department", "product", "reason", "place")
    day = models.DateField(help_text="The first of its days.")
    feeling = models.CharField(max_length=80)
    language = models.CharField(max_length=80)
    department = models.CharField(max_length=80)
    product = models.CharField(max_length=80)
    reason = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    posts = models.BigIntegerField(default=0)
    contacts = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class SlicedDay(Mixture):
    """Of a day. Written by triggers alone."""


class SlicedMonth(Mixture):
    """Of a calendar month in UTC. Written by triggers alone."""


class SavedSlice(models.Model):
    """A view of the slices that somebody keeps; where it is shared, everybody at the desk has it."""

    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1_000, help_text="As the page's address has it.")
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("saved slice")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="one_slice_a_name")]

    def __str__(self) -> str:
        return self.name
