"""Files are put into what one writes: kept when they are sent, and part of an entry once it names them."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Attachment, Entry, Member
from oneroof.community.rules.naming import files_in
from oneroof.community.rules.uploads import UploadRefusedError, accepted
from oneroof.core import clock

MOST_A_DAY = 50
KEPT_UNUSED = timedelta(days=2)


@transaction.atomic
def attach(actor: User, name: str, content: bytes) -> Attachment:
    """Kept for its uploader alone, until an entry of theirs names it. Raises CommunityError."""
    demand(actor, Permission.TAKE_PART)
    member = member_of(actor)
    today = Attachment.objects.filter(by=member, at__gt=clock.now() - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise CommunityError(_("%(most)d files a day at most. Try again tomorrow.") % {"most": MOST_A_DAY})
    try:
        kept = accepted(name, content)
    except UploadRefusedError as refusal:
        raise CommunityError(_why(refusal)) from refusal
    return Attachment.objects.create(
        token=secrets.token_hex(16),
        by=member,
        name=kept.name,
        kind=kept.kind,
        content=kept.content,
        size=len(kept.content),
        at=clock.now(),
    )


def _why(refusal: UploadRefusedError) -> str:
    words = {
        "empty": _("The file is empty."),
        "too_large": _("That is too large: a picture has 10 MB and 40 million pixels at most, a file 5 MB."),
        "broken": _("The picture can’t be read."),
    }
    usual = _("Pictures (JPEG, PNG, WebP, GIF), PDF and text files may be attached.")
    return words.get(refusal.why, usual)


def keep_files_of(entry: Entry, writer: Member) -> None:
    """What its text names and its writer sent, and stands nowhere yet, is the entry's from now on."""
    if named := files_in(entry.body):
        Attachment.objects.filter(token__in=named, entry=None, by=writer).update(entry=entry)


def drop_unused() -> int:
    """What was sent and never used."""
    old = Attachment.objects.filter(entry=None, at__lt=clock.now() - KEPT_UNUSED)
    return old.delete()[0]
