"""What is written in the community: one table, since all of it is voted on, edited and found."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models.groups import BELONGS, Group, Membership, Visibility
from oneroof.community.rules.addresses import mark_of, page_path
from oneroof.core import clock


class Kind(models.TextChoices):
    QUESTION = "question", _("Question")
    ANSWER = "answer", _("Answer")
    ARTICLE = "article", _("Article")
    IDEA = "idea", _("Idea")
    ANNOUNCEMENT = "announcement", _("Announcement")
    COMMENT = "comment", _("Comment")


ROOT_KINDS = (Kind.QUESTION, Kind.ARTICLE, Kind.IDEA, Kind.ANNOUNCEMENT)
"""What has a page of its own; answers and comments stand on one."""


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    SOLVED = "solved", _("Solved")
    KNOWN_PROBLEM = "known_problem", _("Known problem")
    DUPLICATE = "duplicate", _("Duplicate")
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")
    PLANNED = "planned", _("Planned")
    ADOPTED = "adopted", _("Adopted")
    DECLINED = "declined", _("Declined")


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, reader: User | None) -> "EntryQuerySet":
        """What this reader, or somebody signed out, may read: the one place that says so.

        Whoever may moderate reads what is held back or deleted, but no more of private groups than anybody else.
        """
        shown = self.filter(group__in=groups_read_by(reader))
        if reader is not None and reader.is_authenticated and reader.may(Permission.MODERATE):
            return shown
        mine = Q(author__user=reader) if reader is not None and reader.is_authenticated else Q(pk=None)
        return shown.filter(Q(held_at=None) | mine, Q(is_unlisted=False) | mine, deleted_at=None)

    def roots(self) -> "EntryQuerySet":
        return self.filter(root=None)


def groups_read_by(reader: User | None) -> "models.QuerySet[Group]":
    """The groups whose content this reader may see; signed out, the public ones."""
    public = Group.objects.filter(visibility=Visibility.PUBLIC)
    if reader is None or not reader.is_authenticated:
        return public
    own = Membership.objects.filter(member__user=reader, state__in=BELONGS)
    return Group.objects.filter(Q(visibility=Visibility.PUBLIC) | Q(pk__in=own.values("group")))


def groups_known_to(reader: User | None) -> "models.QuerySet[Group]":
    """Those whose existence is no secret to this reader."""
    return Group.objects.filter(
        Q(visibility=Visibility.LISTED) | Q(pk__in=groups_read_by(reader).values("pk"))
    )


class Entry(models.Model):
    """One thing that one member wrote. Answers and comments have a ``root``, the page that they stand on."""

    kind = models.CharField(max_length=12, choices=Kind)
    group = models.ForeignKey(Group, models.PROTECT, related_name="entries", help_text="Its root's.")
    root = models.ForeignKey("self", models.CASCADE, null=True, related_name="below", db_index=False)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        related_name="+",
        help_text="What it speaks to.",
        db_index=False,
    )
    author = models.ForeignKey(
        "community.Member", models.SET_NULL, null=True, related_name="entries", db_index=False
    )
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(help_text="Markdown.")
    lang = models.CharField(max_length=12, null=True, help_text="ISO 639-1; NULL where unknown.")
    status = models.CharField(max_length=16, choices=Status, blank=True)
    product = models.CharField(max_length=120, blank=True)
    version = models.CharField(max_length=60, blank=True)
    tags = models.ManyToManyField(
        "community.Tag",
        through="community.Tagged",
        through_fields=("entry", "tag"),
        related_name="entries",
    )

    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(default=clock.now, help_text="When anything on its page last changed.")
    accepted_at = models.DateTimeField(null=True, help_text="When an answer was said to solve it.")
    accepted_by = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    is_official = models.BooleanField(default=False, help_text="The company's word.")
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="duplicates")
    deleted_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(
        null=True, help_text="Waits for a moderator; only its author and they see it."
    )
    is_unlisted = models.BooleanField(default=False, help_text="Not published yet: drafts and reviews.")

    handed_to_care_at = models.DateTimeField(
        null=True, help_text="When it went to the inbox, since nobody had answered."
    )

    score = models.IntegerField(default=0, help_text="Votes up less votes down.")
    answers = models.PositiveIntegerField(default=0, help_text="That are shown.")
    accepted_answers = models.PositiveIntegerField(default=0)
    me_too = models.PositiveIntegerField(default=0)

    carried = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Replies on other networks that linked it."
    )

    external_source = models.CharField(max_length=120, blank=True, help_text="What it was imported from.")
    external_id = models.CharField(max_length=200, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"],
                condition=~Q(external_id=""),
                name="one_entry_an_external_id",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ROOT_KINDS, root=None, parent=None)
                | Q(kind__in=(Kind.ANSWER, Kind.COMMENT), root__isnull=False, parent__isnull=False),
                name="only_answers_and_comments_stand_below",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["root", "kind", "-score", "id"], name="entry_of_a_page"),
            models.Index(F("kind"), F("active_at").desc(), name="entry_root_by_life", condition=Q(root=None)),
            models.Index(
                F("group"), F("active_at").desc(), name="entry_root_of_group", condition=Q(root=None)
            ),
            models.Index(
                F("kind"),
                F("created_at").desc(),
                name="entry_unanswered",
                condition=Q(root=None, answers=0, deleted_at=None),
            ),
            models.Index(F("author"), F("created_at").desc(), name="entry_by_author"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="entry_title_trigrams"),
        ]

    def __str__(self) -> str:
        return self.title or self.body[:80]

    def get_absolute_url(self) -> str:
        """Its place on its page. Of answers and comments, read the ``root`` along (``select_related``)."""
        page = self.root or self
        return page_path(page.kind, page.pk, page.title) + mark_of(self.kind, self.pk)

    @property
    def page_id(self) -> int:
        return self.root_id or self.pk

    @property
    def is_held(self) -> bool:
        return self.held_at is not None


class Revision(models.Model):
    """What an entry said from ``at`` until the next one; number 1 is how it was first written."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    tags = models.JSONField(default=list)
    author = models.ForeignKey("community.Member", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=300, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_default="", help_text="Of an imported one.")

    class Meta:
        ordering: ClassVar = ["entry", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "number"], name="one_revision_a_number")
        ]


class Vote(models.Model):
    """One member's word on one entry; of each pair of opposites one may stand."""

    class What(models.TextChoices):
        UP = "up", _("Useful")
        DOWN = "down", _("Not useful")
        ME_TOO = "me_too", _("I have this too")
        WORKS_TOO = "works_too", _("Works for me too")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="votes")
    member = models.ForeignKey("community.Member", models.CASCADE, null=True, related_name="votes")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(default=clock.now)
    external_id = models.CharField(max_length=200, blank=True, help_text="Of an imported one.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "member"], condition=Q(what__in=("up", "down")), name="one_vote_a_member"
            ),
            models.UniqueConstraint(
                fields=["entry", "member", "what"],
                condition=Q(what__in=("me_too", "works_too")),
                name="one_word_a_member",
            ),
        ]


class Follow(models.Model):
    """That a member wants to hear of something: an entry's page, a tag, a group or another member."""

    member = models.ForeignKey("community.Member", models.CASCADE, related_name="follows")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="follows")
    tag = models.ForeignKey("community.Tag", models.CASCADE, null=True, related_name="follows")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="follows")
    whom = models.ForeignKey("community.Member", models.CASCADE, null=True, related_name="followers")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "entry", "tag", "group", "whom"], nulls_distinct=False, name="followed_once"
            )
        ]
