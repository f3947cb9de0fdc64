"""Accounts that were brought along become somebody's: by a letter to their old address, or by a lead's hand."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.unconfirmed import forget_unconfirmed
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission, Role
from oneroof.community.actions.merging_members import merge_members
from oneroof.community.errors import CommunityError
from oneroof.community.models import CLAIM_LIFE, CLAIM_SALT, AccountClaim, Member
from oneroof.community.queries.old_accounts import unclaimed
from oneroof.core import clock

MOST_AN_HOUR = 3
"""Letters to one address."""
RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)


@transaction.atomic
def ask_for_account(asker: User | None, email: str) -> None:
    """A letter to the address, if an account was brought along with it; whoever asks learns nothing of that.

    ``asker`` is who is signed in: it is then taken into their account. The fourth letter of an hour is not sent.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommunityError(_("“%(email)s” is not an e-mail address.") % {"email": email}) from error
    now = clock.now()
    lately = AccountClaim.objects.filter(email=email, asked_at__gt=now - timedelta(hours=1)).count()
    if lately < MOST_AN_HOUR:
        claim = AccountClaim.objects.create(
            email=email, user=asker, asked_at=now, expires_at=now + CLAIM_LIFE
        )
        send_account_claim.defer(claim_id=claim.pk, language=get_language() or settings.LANGUAGE_CODE)


@app.task(name="oneroof.community.send_account_claim", queue="notify", retry=RETRY)
def send_account_claim(claim_id: int, language: str) -> None:
    """Whether the address is known is found out here, where nobody waits for the answer."""
    claim = AccountClaim.objects.select_related("user").filter(pk=claim_id, used_at=None).first()
    if claim is None:
        return
    accounts = list(unclaimed().filter(claim_email=claim.email))
    if not accounts:
        claim.delete()
        return
    with translation.override(language):
        _letter(claim, accounts).send()


def _letter(claim: AccountClaim, accounts: list[Member]) -> EmailMessage:
    context = {
        "accounts": accounts,
        "into": claim.user,
        "url": f"{settings.PUBLIC_URL}/claim/{claim.token}/",
        "until": claim.expires_at,
    }
    return EmailMessage(
        subject=_("Your account of the community before"),
        body=render_to_string("community/old_account.txt", context),
        to=[claim.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def claim_of(token: str, reader: User | None, *, lock: bool = False) -> AccountClaim:
    """What a letter's address holds, for whom it holds it. Raises AccountClaim.DoesNotExist."""
    try:
        claim_id = signing.loads(token, salt=CLAIM_SALT)
    except signing.BadSignature as error:
        raise AccountClaim.DoesNotExist from error
    claims = AccountClaim.objects.select_for_update(of=("self",)) if lock else AccountClaim.objects.all()
    claim = claims.select_related("user").get(pk=claim_id, used_at=None, expires_at__gt=clock.now())
    if claim.user is not None and claim.user != reader:
        raise AccountClaim.DoesNotExist
    return claim


@transaction.atomic
def take_account(token: str, reader: User | None) -> User:
    """Once: the old accounts of the letter's address are the person's who is returned, and who may be signed in.

    Raises AccountClaim.DoesNotExist; CommunityError where there is nothing to take any more.
    """
    claim = claim_of(token, reader, lock=True)
    accounts = list(
        unclaimed().select_for_update(of=("self",)).filter(claim_email=claim.email).order_by("pk")
    )
    user = claim.user or _account_of(claim.email, accounts)
    if not accounts or not user.may(Permission.TAKE_PART):
        raise CommunityError(_("There is no account left to take by this letter."))
    claim.used_at = clock.now()
    claim.save(update_fields=["used_at"])
    for account in accounts:
        _give(account, user, by=user)
    return user


@transaction.atomic
def give_account(actor: User, member_id: int, email: str) -> Member:
    """By hand, where the old address is lost: a lead has made sure of who it is. Raises Member.DoesNotExist."""
    demand(actor, Permission.STEER)
    account = unclaimed().select_for_update(of=("self",)).get(pk=member_id)
    user = User.objects.active().confirmed().filter(email=email.strip().lower()).first()
    if user is None or not user.may(Permission.TAKE_PART):
        raise CommunityError(_("Nobody signs in here with that address. Invite them first."))
    _give(account, user, by=actor)
    return account


def _account_of(email: str, accounts: list[Member]) -> User:
    forget_unconfirmed(email)
    user: User | None = User.objects.select_for_update().filter(email=email).first()
    if user is None:
        name = accounts[0].name if accounts else ""
        user = User.objects.create_user(
            email, role=Role.MEMBER, name=name, language=get_language() or settings.LANGUAGE_CODE
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _give(account: Member, user: User, *, by: User) -> None:
    mine = Member.objects.select_for_update(of=("self",)).filter(user=user).first()
    if mine is None:
        account.user = user
        account.save(update_fields=["user"])
    else:
        merge_members(account, mine)
    audit.record(by, "member.given", on=account, after={"to": user.email, "into": (mine or account).pk})
