"""Invite people, change what they may do, and let them in by a link."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions import withdrawal
from oneroof.accounts.actions.unconfirmed import forget_unconfirmed
from oneroof.accounts.credentials import digest, new_secret
from oneroof.accounts.models import Department, SignInLink, User
from oneroof.accounts.policies import Permission, Role
from oneroof.core import clock
from oneroof.core.errors import OneroofError

SIGN_IN_LINK_LIFE = timedelta(hours=24)


class AccountError(OneroofError):
    """What was asked of an account can't be done; the text says why and is fit to show."""


@transaction.atomic
def add_user(
    actor: User | None, email: str, role: str, *, name: str = "", departments: tuple[str, ...] = ()
) -> tuple[User, str]:
    """Make an account, or open the existing one's door again, and return it with a fresh sign-in address.

    ``actor`` is None only for the command line, whose user owns the machine. There an existing account takes the
    role and the departments that are given; who comes by the pages changes somebody on that person's own page.
    The last administrator stays one either way.
    """
    if actor is not None:
        demand(actor, Permission.MANAGE_USERS)
    _check(email, role)
    rooms = departments_named(departments)
    user, is_new = _find_or_make(email, role, name)
    before = {} if is_new else _state(user)
    if not is_new:
        if actor is not None:
            raise AccountError(_("“%(email)s” has an account already.") % {"email": user.email})
        _keep_one_administrator(user, role, is_active=True)
        user.role, user.is_active = role, True
        user.save(update_fields=["role", "is_active"])
    if rooms or is_new:
        user.departments.set(rooms)
    audit.record(
        actor, "user.added" if is_new else "user.changed", on=user, before=before, after=_state(user)
    )
    return user, _new_sign_in_url(user)


@transaction.atomic
def change_user(
    actor: User, user_id: int, *, role: str, departments: tuple[str, ...], is_active: bool
) -> User:
    """Change role, departments and whether one may sign in. The last administrator can't be locked out.

    Who may not sign in any more loses what they held: sessions, tokens and links stay gone when the door is
    opened again.
    """
    demand(actor, Permission.MANAGE_USERS)
    user: User = User.objects.select_for_update().get(pk=user_id)
    _check(user.email, role)
    before = _state(user)
    _keep_one_administrator(user, role, is_active=is_active)
    user.role, user.is_active = role, is_active
    user.save(update_fields=["role", "is_active"])
    if not is_active:
        withdrawal.take_all_from(user)
    user.departments.set(departments_named(departments))
    audit.record(actor, "user.changed", on=user, before=before, after=_state(user))
    return user


@transaction.atomic
def make_sign_in_link(actor: User | None, user: User) -> str:
    """A fresh address that signs the person in once; whoever holds it is that person for a day.

    The links before it are spent.
    """
    if actor is not None:
        demand(actor, Permission.MANAGE_USERS)
    audit.record(actor, "user.link_made", on=user)
    return _new_sign_in_url(user)


@transaction.atomic
def use_sign_in_link(secret: str) -> User | None:
    """The person whom an unused, fresh link belongs to; the link is spent. None for any other text."""
    link = (
        SignInLink.objects.select_for_update()
        .filter(digest=digest(secret), used_at=None, expires_at__gt=clock.now(), user__is_active=True)
        .select_related("user")
        .first()
    )
    if link is None:
        return None
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    audit.record(link.user, "user.link_used", on=link.user)
    return link.user


@transaction.atomic
def change_profile(user: User, *, name: str, language: str, time_zone: str) -> None:
    demand(user, Permission.OWN_ACCOUNT)
    before = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    audit.record(
        user, "user.profile_changed", on=user, before=before, after={"name": name, "language": language}
    )


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """The language alone, by the switch below a page."""
    demand(user, Permission.OWN_ACCOUNT)
    if language not in dict(settings.LANGUAGES):
        raise AccountError(_("The interface does not speak that language."))
    if language != user.language:
        change_profile(user, name=user.name, language=language, time_zone=user.time_zone)


def departments_named(names: tuple[str, ...]) -> list[Department]:
    """The departments of these slugs or names, in any case; an unknown one is an error that lists them."""
    known = {key: room for room in Department.objects.all() for key in (room.slug, room.name.lower())}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise AccountError(
            _("There is no department “%(name)s”. There are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(sorted({room.name for room in known.values()}))}
        )
    return [known[name.lower()] for name in names]


def _check(email: str, role: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise AccountError(_("“%(email)s” is not an e-mail address.") % {"email": email}) from error
    if role not in Role.values:
        raise AccountError(
            _("There is no role “%(role)s”. There are: %(known)s.")
            % {"role": role, "known": ", ".join(Role.values)}
        )


def _find_or_make(email: str, role: str, name: str) -> tuple[User, bool]:
    forget_unconfirmed(email)
    existing = User.objects.select_for_update().filter(email=email.lower()).first()
    if existing:
        return existing, False
    user = User.objects.create_user(email, role=role, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user, True


def _keep_one_administrator(user: User, role: str, *, is_active: bool) -> None:
    """Raise AccountError where the change would leave nobody to administer."""
    if user.role != Role.ADMIN or (role == Role.ADMIN and is_active):
        return
    others = User.objects.select_for_update().active().filter(role=Role.ADMIN).exclude(pk=user.pk)
    if not others.exists():
        raise AccountError(_("%(user)s is the only administrator; name another one first.") % {"user": user})


def _new_sign_in_url(user: User) -> str:
    secret = new_secret()
    withdrawal.spend_links(user)
    SignInLink.objects.create(user=user, digest=digest(secret), expires_at=clock.now() + SIGN_IN_LINK_LIFE)
    return f"{settings.PUBLIC_URL}/sign-in/{secret}/"


def _state(user: User) -> dict[str, object]:
    rooms = sorted(user.departments.values_list("slug", flat=True))
    return {"role": user.role, "is_active": user.is_active, "departments": rooms}
