"""Hand a conversation on: the thread, the notes and the first helper's name go with it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.actions.notes import write_note
from oneroof.care.errors import CareError
from oneroof.care.events import ConversationHandedOn
from oneroof.care.models import Conversation, State
from oneroof.core import events
from oneroof.notify.actions import tell


@transaction.atomic
def hand_to_person(actor: User, conversation_id: int, user_id: int, note: str = "") -> Conversation:
    """It becomes theirs to answer; one's own claim ends."""
    demand(actor, Permission.ANSWER)
    person: User = User.objects.get(pk=user_id)
    if not person.may(Permission.ANSWER):
        raise CareError(_("%(name)s does not answer conversations.") % {"name": person})
    conversation = store.unclaimed_by_others(actor, conversation_id)
    _hand_on(actor, conversation, note, assignee=person)
    _announce(actor, conversation, [person])
    events.publish(ConversationHandedOn(conversation.pk, actor.pk, person.pk, None))
    return conversation


@transaction.atomic
def hand_to_department(actor: User, conversation_id: int, department_id: int, note: str = "") -> Conversation:
    """It becomes the department's; its people are told."""
    demand(actor, Permission.ANSWER)
    department = Department.objects.get(pk=department_id)
    conversation = store.unclaimed_by_others(actor, conversation_id)
    _hand_on(actor, conversation, note, department=department, assignee=None)
    members = User.objects.who_may(Permission.ANSWER).filter(departments=department).exclude(pk=actor.pk)
    _announce(actor, conversation, list(members))
    events.publish(ConversationHandedOn(conversation.pk, actor.pk, None, department.pk))
    return conversation


def _hand_on(actor: User, conversation: Conversation, note: str, **to: Any) -> None:
    before = {name: str(getattr(conversation, name) or "") for name in to}
    columns = {**to, "claimant": None, "claim_expires_at": None}
    if conversation.first_helper_id is None:
        columns["first_helper"] = actor
    if conversation.state == State.SNOOZED:
        columns |= {"state": State.OPEN, "snoozed_until": None}
    store.change(conversation, **columns)
    if note.strip():
        write_note(actor, conversation, note)
    after = {name: str(getattr(conversation, name) or "") for name in to}
    store.audited(actor, "handed_on", conversation, before=before, after=after)


def _announce(actor: User, conversation: Conversation, people: list[User]) -> None:
    tell(
        people,
        key=f"handed:{conversation.pk}:{conversation.changed}",
        kind="handed_on",
        title=_("%(name)s hands on to you: %(subject)s") % {"name": actor, "subject": conversation.subject},
        path=f"/desk/inbox/{conversation.pk}/",
    )
