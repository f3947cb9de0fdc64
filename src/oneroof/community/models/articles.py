"""What only articles have, beside their entry: an owner, a review, versions, translations."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.community.models.entries import Entry
from oneroof.core import clock

REVIEWED_EVERY = 180


class Sort(models.TextChoices):
    HOW_TO = "how_to", _("How to do something")
    PROBLEM = "problem", _("A problem and its solution")
    REFERENCE = "reference", _("Reference")
    POLICY = "policy", _("Terms and policies")
    SAFETY = "safety", _("Safety and repair")


class Article(models.Model):
    """Its entry's status says where it stands: draft, in review, published, archived."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="article")
    sort = models.CharField(max_length=10, choices=Sort, default=Sort.HOW_TO)
    owner = models.ForeignKey(
        "community.Member",
        models.SET_NULL,
        null=True,
        related_name="owned_articles",
        help_text="Keeps it true.",
    )
    versions = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Of its entry's product; empty: all.",
    )
    original = models.ForeignKey(
        Entry,
        models.SET_NULL,
        null=True,
        related_name="translations",
        help_text="What it is a translation of.",
    )
    made_from = models.ForeignKey(
        Entry, models.SET_NULL, null=True, related_name="articles_made", help_text="The answer it began as."
    )
    origin_path = models.CharField(max_length=200, blank=True, help_text="The conversation it began as.")
    sent_back_because = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, help_text="For the first time.")
    review_every = models.PositiveSmallIntegerField(default=REVIEWED_EVERY, help_text="Days.")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    review_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("article")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["made_from"], name="one_article_an_answer"),
            models.UniqueConstraint(
                fields=["origin_path"], condition=~Q(origin_path=""), name="one_article_a_conversation"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["review_due_at"], name="article_by_review")]

    def __str__(self) -> str:
        return str(self.entry)


class Proposal(models.Model):
    """A change of a published article by somebody who may not publish: it waits for a reviewer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for review")
        TAKEN = "taken", _("Taken")
        REFUSED = "refused", _("Refused")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="proposals")
    author = models.ForeignKey("community.Member", models.CASCADE, related_name="proposals")
    based_on = models.PositiveIntegerField(help_text="The revision that its author saw.")
    title = models.CharField(max_length=200)
    body = models.TextField()
    tags = models.CharField(max_length=320, blank=True)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("proposed change")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "author"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_an_author",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Helped(models.Model):
    """Whether an article helped a visitor who is not signed in; members' words are votes."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="helped")
    day = models.DateField()
    visitor = models.CharField(max_length=32, help_text="A digest that changes daily; it leads to nobody.")
    is_helpful = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "day", "visitor"], name="helped_once_a_day")
        ]


class Disclaimer(models.Model):
    """A text that stands on every page of one kind of content by itself."""

    class About(models.TextChoices):
        ARTICLE = "article", _("Every article")
        HOW_TO = "how_to", _("Articles: how to do something")
        PROBLEM = "problem", _("Articles: a problem and its solution")
        REFERENCE = "reference", _("Articles: reference")
        POLICY = "policy", _("Articles: terms and policies")
        SAFETY = "safety", _("Articles: safety and repair")
        QUESTION = "question", _("Questions and their answers")
        IDEA = "idea", _("Ideas")
        ANNOUNCEMENT = "announcement", _("Announcements")
        TRANSLATION = "translation", _("Translations")

    about = models.CharField(max_length=12, choices=About)
    lang = models.CharField(max_length=12, blank=True, help_text="ISO 639-1; empty: where no other fits.")
    text = models.TextField(help_text="Markdown.")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("disclaimer")
        ordering: ClassVar = ["about", "lang"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about", "lang"], name="one_disclaimer_a_kind_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()} {self.lang}".strip()
