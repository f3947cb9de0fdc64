"""A keeper invites an address by a letter; whoever has the letterbox takes it or not."""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.groups import kept_by
from oneroof.community.actions.joining import admit
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import INVITATION_LIFE, INVITATION_SALT, GroupInvitation
from oneroof.community.queries.groups import addresses_of
from oneroof.core import clock

MOST_OPEN = 200
RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)


@transaction.atomic
def invite(actor: User, group_id: int, email: str) -> GroupInvitation:
    """Again to the same address: the letter goes again, and holds from now."""
    group = kept_by(actor, group_id)
    email = email.strip().lower()
    _check(email)
    if group.is_public:
        raise CommunityError(_("Everybody reads in a public group: there is nothing to invite to."))
    if group.invitations.filter(answered_at=None).count() >= MOST_OPEN:
        raise CommunityError(_("%(most)d letters are open. Wait for answers first.") % {"most": MOST_OPEN})
    now = clock.now()
    invitation, _is_new = GroupInvitation.objects.update_or_create(
        group=group,
        email=email,
        answered_at=None,
        defaults={"invited_by": member_of(actor), "made_at": now, "expires_at": now + INVITATION_LIFE},
    )
    audit.record(actor, "group.invited", on=group, name=group.name_for_all)
    send_invitation.defer(invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def take_invitation_back(actor: User, invitation_id: int) -> None:
    group_id = GroupInvitation.objects.values_list("group", flat=True).get(pk=invitation_id)
    kept_by(actor, group_id)
    GroupInvitation.objects.filter(pk=invitation_id, answered_at=None).update(answered_at=clock.now())


@transaction.atomic
def answer_invitation(actor: User, token: str, *, joins: bool) -> GroupInvitation:
    """Once, by whom it was sent to. Raises GroupInvitation.DoesNotExist to anybody else."""
    demand(actor, Permission.TAKE_PART)
    invitation = invitation_for(actor, token)
    open_ones = GroupInvitation.objects.filter(pk=invitation.pk, answered_at=None)
    if open_ones.update(answered_at=clock.now()) and joins:
        admit(member_of(actor), invitation.group, by=actor)
    return invitation


def invitation_for(reader: User, token: str) -> GroupInvitation:
    """What a letter's address holds for the person who opens it. Raises GroupInvitation.DoesNotExist."""
    try:
        invitation_id = signing.loads(token, salt=INVITATION_SALT)
    except signing.BadSignature as error:
        raise GroupInvitation.DoesNotExist from error
    mine = GroupInvitation.objects.filter(pk=invitation_id, answered_at=None, expires_at__gt=clock.now())
    return mine.select_related("group", "invited_by").get(email__in=addresses_of(reader))


@app.task(name="oneroof.community.send_invitation", queue="notify", retry=RETRY)
def send_invitation(invitation_id: int) -> None:
    """The letter, in the language of whom it goes to, where we know them."""
    open_ones = GroupInvitation.objects.filter(pk=invitation_id, answered_at=None)
    invitation = open_ones.select_related("group", "invited_by").first()
    if invitation is None:
        return
    known = User.objects.filter(email__iexact=invitation.email).first()
    with translation.override(known.language if known else settings.LANGUAGE_CODE):
        _letter(invitation).send()


def _letter(invitation: GroupInvitation) -> EmailMessage:
    context = {
        "group": invitation.group,
        "by": invitation.invited_by.name if invitation.invited_by else _("Somebody"),
        "url": f"{settings.PUBLIC_URL}/g/invitations/{invitation.token}/",
        "until": invitation.expires_at,
    }
    return EmailMessage(
        subject=" ".join((_("An invitation to %(group)s") % {"group": invitation.group.name}).split()),
        body=render_to_string("community/invitation.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _check(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommunityError(_("“%(email)s” is not an e-mail address.") % {"email": email}) from error
