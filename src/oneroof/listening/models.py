"""Where we listen, what was said there, and who watches for what."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock


class Source(models.Model):
    """One place that is listened to, with its settings and its health."""

    network = models.CharField(max_length=40)
    name = models.CharField(max_length=120, unique=True)
    settings = models.JSONField(default=dict, help_text="What the network's form asks for; no secrets.")
    secret = models.BinaryField(null=True, help_text="Encrypted with the key under the home.")
    renewed = models.BinaryField(
        null=True, help_text="Encrypted: what the network gave in exchange for secrets since."
    )
    our_handles = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    department = models.ForeignKey("accounts.Department", models.SET_NULL, null=True, blank=True)
    owner = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    keeps_all = models.BooleanField(
        default=True, help_text="False: only matched posts and their threads are kept."
    )
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    cursor = models.JSONField(default=dict)
    next_poll_at = models.DateTimeField(null=True)
    last_polled_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_post_at = models.DateTimeField(null=True, help_text="When the newest post that we heard was said.")
    last_error_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    heard = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceGap(models.Model):
    """A stretch that we know we have not heard: a page that came back full."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="gaps")
    described = models.JSONField(help_text="What the network's client needs to fill it.")
    found_at = models.DateTimeField(default=clock.now)
    begins_at = models.DateTimeField(null=True, help_text="The newest moment that is missing.")
    reached_at = models.DateTimeField(null=True, help_text="How far back of that was read.")
    heard = models.BigIntegerField(default=0)
    turn_at = models.DateTimeField(default=clock.now, help_text="When a piece of it was last read.")
    filled_at = models.DateTimeField(null=True)


class RateBudget(models.Model):
    """How much may be asked of a place with one credential until ``resets_at``, and how much was."""

    key = models.CharField(max_length=200, primary_key=True)
    allowed = models.PositiveIntegerField()
    used = models.PositiveIntegerField()
    resets_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, help_text="We were told to wait.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def is_held(self) -> bool:
        return self.held_until is not None and self.held_until > clock.now()


class CredentialCheck(models.Model):
    """What the other side last said of a source's credentials."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="credentials")
    handle = models.CharField(max_length=320, blank=True)
    checked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="NULL where they do not expire by themselves.")
    refusal = models.TextField(blank=True, help_text="Why they were not taken; empty where they were.")


class Connecting(models.Model):
    """A person who was sent to a network to let us use an account there, and has not come back yet."""

    state = models.CharField(max_length=64, primary_key=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    memory = models.BinaryField(help_text="What the network's second step needs; encrypted.")
    at = models.DateTimeField(default=clock.now)


class RejectedPost(models.Model):
    """Something that could not be read, set aside with its reason: once, however often it came."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="rejected")
    place = models.CharField(max_length=200, help_text="Line, entry or index within what was received.")
    reason = models.TextField()
    raw = models.TextField(help_text="At most 10,000 characters.")
    digest = models.CharField(max_length=64, help_text="Of what came: the same again is counted.")
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_row_a_rejected_post")
        ]


class WebhookReceipt(models.Model):
    """A webhook message that was taken: the same one again is a replay."""

    source = models.ForeignKey(Source, models.CASCADE)
    message_id = models.CharField(max_length=255)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "message_id"], name="one_receipt_a_message")
        ]


class PostKey(models.Model):
    """A post's place: its source and external id, its parent and its thread.

    Narrow and unpartitioned, so that it can hold what a partitioned table can't: one row a source and id.
    A parent that is referred to before it is heard has a row with ``heard_at`` NULL, which it takes over.
    No row is ever deleted, so parents and threads are there without PostgreSQL looking for each of them.
    """

    source = models.ForeignKey(Source, models.CASCADE, db_index=False)
    external_id = models.CharField(max_length=500)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="children", db_constraint=False, db_index=False
    )
    thread = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="thread_members",
        db_constraint=False,
        help_text="The thread's root.",
    )
    said_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    is_ours = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_post_an_external_id")
        ]
        indexes: ClassVar = [models.Index("parent", name="key_by_parent", condition=Q(parent__isnull=False))]


class FollowedThread(models.Model):
    """When a thread was last read again at its source, for its edits, deletions, later replies and reach."""

    thread = models.OneToOneField(PostKey, models.CASCADE, primary_key=True, db_constraint=False)
    at = models.DateTimeField()


class Post(models.Model):
    """One thing that one person said, anywhere; ``id`` is its PostKey's. Partitioned by month."""

    id = models.BigIntegerField(primary_key=True)
    said_at = models.DateTimeField()
    heard_at = models.DateTimeField(default=clock.now)
    source = models.ForeignKey(Source, models.CASCADE, db_constraint=False, db_index=False)
    external_id = models.CharField(max_length=500)
    identity = models.ForeignKey(
        "customers.Identity", models.SET_NULL, null=True, db_constraint=False, db_index=False
    )
    author_handle = models.CharField(max_length=320)
    author_handle_folded = models.CharField(max_length=320)
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    words = SearchVectorField(null=True)
    url = models.TextField(blank=True)
    kind = models.CharField(max_length=40, default="post")
    lang = models.CharField(max_length=12, null=True, help_text="ISO 639-1; NULL where unknown.")
    feeling = models.FloatField(null=True, help_text="-1 to 1; NULL where unknown.")
    is_ours = models.BooleanField(default=False)
    is_to_us = models.BooleanField(default=False)
    has_link = models.BooleanField(default=False)
    has_image = models.BooleanField(default=False)
    has_question = models.BooleanField(default=False)
    followers = models.BigIntegerField(null=True)
    reposts = models.BigIntegerField(null=True)
    likes = models.BigIntegerField(null=True)
    need = models.PositiveSmallIntegerField(default=0, help_text="Need for an answer, 0 to 100.")
    need_reasons = models.JSONField(default=list)
    risk = models.JSONField(null=True, help_text="Why it is a risk; NULL where it is none.")
    first_copy_id = models.BigIntegerField(null=True, help_text="The post that this one is a near-copy of.")
    edited_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(
        null=True, help_text="Deleted at the source: its text goes, that it was there stays."
    )

    class Meta:
        verbose_name = _("post")

    def __str__(self) -> str:
        return self.text[:80]


class CopyBand(models.Model):
    """One near-copy key of a post that is a copy of none; two that share a key are compared."""

    pk = models.CompositePrimaryKey("band", "post_id")
    band = models.BigIntegerField()
    post_id = models.BigIntegerField()
    said_at = models.DateTimeField()


class NeedState(models.Model):
    """What the team taught the model of the need for an answer: one row."""

    version = models.BigIntegerField(default=0)
    state = models.BinaryField()
    changed_at = models.DateTimeField(default=clock.now)


class WatchQuerySet(models.QuerySet["Watch"]):
    def live(self) -> "WatchQuerySet":
        return self.filter(deleted_at=None)


class Watch(models.Model):
    """A saved boolean search that somebody owns; it catches posts as they arrive."""

    class Tell(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Daily")
        NEVER = "never", _("Not at all")

    name = models.CharField(max_length=120)
    query = models.TextField()
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="watches")
    department = models.ForeignKey("accounts.Department", models.SET_NULL, null=True, blank=True)
    tell = models.CharField(max_length=8, choices=Tell, default=Tell.NEVER)
    told_at = models.DateTimeField(null=True, help_text="When its last daily digest went out.")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(
        default=0, db_index=True, help_text="Next of the sequence listening_watch_version, at each change."
    )

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """A post that a watch caught, and whether its catching was useful."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="mentions", db_index=False)
    post = models.ForeignKey(
        PostKey, models.CASCADE, db_constraint=False, related_name="mentions", db_index=False
    )
    said_at = models.DateTimeField()
    caught_at = models.DateTimeField(default=clock.now)
    is_useful = models.BooleanField(null=True)
    judged_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["watch", "post"], name="one_mention_a_watch_and_post")
        ]
        indexes: ClassVar = [
            models.Index(fields=["watch", "-said_at", "-post"], name="mention_newest_first"),
            models.Index(fields=["post"], name="mention_by_post"),
            models.Index("judged_by", name="mention_by_judge", condition=Q(judged_by__isnull=False)),
        ]
