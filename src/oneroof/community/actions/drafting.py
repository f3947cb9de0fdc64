"""What one has typed is kept until it is posted."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Draft
from oneroof.community.store import BODY_LENGTH
from oneroof.core import clock

KEPT = ("title", "body", "tags", "product", "version", "versions", "sort", "lang", "group")
PLACE = re.compile(r"ask|article|idea|answer:[0-9]{1,18}")


def keep_draft(actor: User, place: str, words: Mapping[str, str]) -> Draft:
    """The last one counts, also of two windows."""
    demand(actor, Permission.TAKE_PART)
    if not PLACE.fullmatch(place):
        raise CommunityError(_("There is no such place to write."))
    kept = {name: str(words[name]).replace("\0", "")[:BODY_LENGTH] for name in KEPT if words.get(name)}
    draft, _is_new = Draft.objects.update_or_create(
        member=member_of(actor), place=place, defaults={"words": kept, "saved_at": clock.now()}
    )
    return draft


def drop_draft(actor: User, place: str) -> None:
    demand(actor, Permission.TAKE_PART)
    Draft.objects.filter(member__user=actor, place=place).delete()
