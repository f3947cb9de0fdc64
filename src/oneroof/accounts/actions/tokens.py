"""API tokens: made, used, taken back."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.credentials import digest, new_secret
from oneroof.accounts.models import ApiToken, User
from oneroof.accounts.policies import Permission
from oneroof.core import clock

USE_IS_NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def create_token(actor: User | None, email: str, *, name: str = "") -> str:
    """Make a token that acts as the account with this address; the text returned is shown once and not kept.

    ``actor`` is None only for the command line. Others make tokens for themselves alone.
    """
    user = User.objects.active().filter(email=email.lower()).first()
    if user is None or (actor is not None and actor.pk != user.pk):
        raise AccountError(_("There is no active account “%(email)s”.") % {"email": email})
    demand(user, Permission.OWN_ACCOUNT)
    secret = new_secret()
    token = ApiToken.objects.create(user=user, name=name, digest=digest(secret), prefix=secret[:8])
    audit.record(
        actor, "token.created", on=token, name=f"{user} {name}".strip(), after={"prefix": token.prefix}
    )
    return secret


@transaction.atomic
def revoke_token(actor: User, token_id: int) -> None:
    """Take one's own token back; what is not one's own does not exist."""
    token = ApiToken.objects.select_for_update().get(pk=token_id, user=actor)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor, "token.revoked", on=token, name=str(actor), before={"prefix": token.prefix})


def user_of_token(secret: str) -> User | None:
    """Whom a bearer token stands for, or None. Its use is noted coarsely: a read is not a write."""
    token = ApiToken.objects.select_related("user").filter(digest=digest(secret), revoked_at=None).first()
    if token is None or not token.user.is_active:
        return None
    if token.last_used_at is None or token.last_used_at < clock.now() - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now())
    return token.user
