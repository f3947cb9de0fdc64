"""Texts that stand on every page of a kind of content by themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.errors import CommunityError
from oneroof.community.models import Disclaimer
from oneroof.core import clock

TEXT_LENGTH = 2_000


@transaction.atomic
def write_disclaimer(actor: User, about: str, lang: str, text: str) -> Disclaimer:
    """One a kind and language; written again, it takes the place of the first."""
    demand(actor, Permission.STEER)
    text = text.replace("\0", "").strip()
    if about not in Disclaimer.About.values or not 0 < len(text) <= TEXT_LENGTH:
        raise CommunityError(_("A disclaimer has a kind of content and a text."))
    made, _is_new = Disclaimer.objects.update_or_create(
        about=about, lang=lang.strip().lower()[:12], defaults={"text": text, "changed_at": clock.now()}
    )
    audit.record(actor, "disclaimer.written", on=made, after={"text": text})
    return made


@transaction.atomic
def remove_disclaimer(actor: User, disclaimer_id: int) -> None:
    """Raises Disclaimer.DoesNotExist."""
    demand(actor, Permission.STEER)
    gone = Disclaimer.objects.select_for_update().get(pk=disclaimer_id)
    audit.record(actor, "disclaimer.removed", on=gone, before={"text": gone.text})
    gone.delete()
