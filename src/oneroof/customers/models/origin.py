"""How people came: links that somebody passes on, who followed them, and what a person said brought them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.customers.models.people import Person


class Way(models.TextChoices):
    """By what somebody came."""

    WORD_OF_MOUTH = "word", _("Word of mouth")
    REFERRAL = "referral", _("A referral link or code")
    CAMPAIGN = "campaign", _("A campaign")
    SEARCH = "search", _("A search")
    COMMUNITY = "community", _("The community")
    OTHER = "other", _("Something else")


class ReferralCode(models.Model):
    """``/r/<code>``: leads to a page of this site. With an owner it is theirs, without one a campaign's."""

    code = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=120, blank=True)
    target = models.CharField(max_length=300, default="/", help_text="A path of this site.")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="referral_codes")
    made_at = models.DateTimeField(default=clock.now)
    is_on = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("referral code")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def way(self) -> Way:
        return Way.REFERRAL if self.owner_id else Way.CAMPAIGN


class ReferralVisit(models.Model):
    """That somebody followed a link, once a visitor and day; it leads to nobody."""

    code = models.ForeignKey(ReferralCode, models.CASCADE, related_name="visits")
    day = models.DateField()
    visitor = models.CharField(max_length=32, help_text="A digest that changes daily; it leads to nobody.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "day", "visitor"], name="one_visit_a_visitor_and_day")
        ]


class Touch(models.Model):
    """One time that something brought a person to us, and how we know."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="touches")
    way = models.CharField(max_length=9, choices=Way)
    code = models.ForeignKey(ReferralCode, models.SET_NULL, null=True, related_name="touches")
    at = models.DateTimeField()
    source = models.CharField(max_length=200, blank=True, help_text="How we know, in words.")

    class Meta:
        verbose_name = _("touch")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "way", "at"], name="one_touch_a_way_and_moment")
        ]

    def __str__(self) -> str:
        return self.get_way_display()
