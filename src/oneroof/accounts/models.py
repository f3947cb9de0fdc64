"""People who sign in, what they may do, and what was done."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.deeds import deed, kind_name
from oneroof.accounts.differences import Change, fields_changed
from oneroof.accounts.policies import STAFF_ROLES, Permission, Role, may
from oneroof.core import clock


class Department(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def staff(self) -> "UserQuerySet":
        """Everyone who may enter the desk."""
        return self.filter(role__in=STAFF_ROLES)

    def unconfirmed(self) -> "UserQuerySet":
        """Who signed up and never showed that the address is theirs."""
        waiting = self.filter(emailaddress__verified=False, last_login=None)
        return waiting.exclude(emailaddress__verified=True)

    def confirmed(self) -> "UserQuerySet":
        """All but those who signed up and never showed that the address is theirs."""
        return self.exclude(pk__in=self.model.objects.unconfirmed().values("pk"))

    def who_may(self, permission: Permission) -> "UserQuerySet":
        return self.active().filter(role__in=[role for role in Role.values if may(role, permission)])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in, by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    departments = models.ManyToManyField(Department, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    joined_at = models.DateTimeField(default=clock.now)
    replies_unreviewed = models.BooleanField(
        default=False,
        help_text="A volunteer whose replies need no approval: earned, or granted.",
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["email"]

    def __str__(self) -> str:
        return self.name or self.email.partition("@")[0]

    def may(self, permission: Permission | str) -> bool:
        return self.is_active and may(self.role, Permission(permission))

    @property
    def is_staff_member(self) -> bool:
        """May enter the desk."""
        return self.role in STAFF_ROLES


class ApiToken(models.Model):
    """A bearer token: only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInLink(models.Model):
    """A link that signs one person in, once; kept as SHA-256."""

    user = models.ForeignKey(User, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """Who did what, when, on what, before and after. Rows are only ever added."""

    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=254, help_text="As it was then; 'system' where no person acted.")
    verb = models.CharField(max_length=60)
    on_kind = models.CharField(max_length=60)
    on_id = models.CharField(max_length=40)
    on_name = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["on_kind", "on_id", "id"], name="audit_by_object"),
            models.Index(fields=["actor", "id"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_moment"),
            models.Index(
                fields=["verb", "id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="audit_by_verb"
            ),
        ]

    @property
    def on(self) -> str:
        """As the audit's filter takes it: “care.conversation 7”."""
        return f"{self.on_kind} {self.on_id}"

    @property
    def deed(self) -> str:
        return deed(self)

    @property
    def on_what(self) -> str:
        """“conversation 7”."""
        return f"{kind_name(self.on_kind)} {self.on_id}"

    @property
    def changes(self) -> list[Change]:
        return fields_changed(self.before, self.after)


class RulesOfEngagement(models.Model):
    """A text that people accept before they write: each change of one is a new version of it.

    How one speaks for the company in public; and for the community's members, its terms and its rules.
    """

    class Audience(models.TextChoices):
        SPEAKERS = "speakers", _("Rules of engagement")
        TERMS = "terms", _("Terms of use")
        COMMUNITY = "community", _("Rules of the community")

    audience = models.CharField(max_length=10, choices=Audience, default=Audience.SPEAKERS)
    version = models.PositiveIntegerField()
    text = models.TextField(help_text="Markdown")
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audience", "version"], name="one_text_a_version")
        ]


class RulesAcceptance(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="rules_accepted")
    rules = models.ForeignKey(RulesOfEngagement, models.PROTECT)
    accepted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "rules"], name="one_acceptance_a_version")
        ]
