"""A question gets other tags; its words stay."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import SILENCES, demand_not_barred
from oneroof.community.actions.editing import latest_revision
from oneroof.community.actions.members import member_of
from oneroof.community.actions.telling_owners import tell_owners
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryEdited
from oneroof.community.models import Entry, Kind
from oneroof.community.queries.tags import may_retag
from oneroof.core import events


@transaction.atomic
def retag(actor: User, question_id: int, tags: str, *, why: str = "") -> Entry:
    """By who owns one of its tags, its asker, or a moderator; owners of the new ones are told."""
    demand(actor, Permission.TAKE_PART)
    demand_not_barred(actor, SILENCES)
    question = store.locked(actor, question_id)
    if not may_retag(actor, question):
        raise NotAllowed(Permission.MODERATE)
    if question.kind != Kind.QUESTION:
        raise CommunityError(_("That can’t be said of this."))
    before = sorted(question.tags.values_list("name", flat=True))
    names = sorted(store.tag_as(question, tags))
    if names != before:
        store.keep_revision(question, latest_revision(question) + 1, member_of(actor), names, why)
        store.audited(actor, "retagged", question, tags=names)
        events.publish(EntryEdited(question.pk, question.kind))
        tell_owners(question.pk)
    return question
