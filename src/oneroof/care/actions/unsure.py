"""What only a person can decide of a reply: whether it went out, and whether it goes all the same."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.replies import check_text, locked_reply, set_state
from oneroof.care.errors import CareError
from oneroof.care.events import ReplySent
from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox.outcomes import note_answer
from oneroof.core import clock, events


@transaction.atomic
def confirm_sent(actor: User, reply_id: int) -> Reply:
    """“It went out”: somebody has looked."""
    reply = _decidable(actor, reply_id, ReplyState.UNKNOWN)
    now = clock.now()
    moment = reply.changed_at
    set_state(
        actor, reply, ReplyState.SENT, "confirmed_sent", sent_at=moment, decided_by=actor, decided_at=now
    )
    note_answer(reply.conversation, moment)
    events.publish(ReplySent(reply.pk, reply.conversation_id, reply.by_hand))
    return reply


@transaction.atomic
def send_again(actor: User, reply_id: int) -> Reply:
    """“It did not go out”: somebody has looked, or the failure is mended. Same key as before."""
    reply = _decidable(actor, reply_id, ReplyState.UNKNOWN, ReplyState.FAILED)
    check_text(reply.conversation, reply.text)
    _queue(actor, reply, "sent_again")
    return reply


@transaction.atomic
def send_all_the_same(actor: User, reply_id: int) -> Reply:
    """The question is answered: it goes out as it is, unless another one holds the conversation now."""
    reply = _decidable(actor, reply_id, ReplyState.QUESTION)
    conversation = reply.conversation
    if conversation.holder and conversation.holder not in (actor, reply.author):
        raise CareError(_("%(name)s is answering this conversation now.") % {"name": conversation.holder})
    _queue(actor, reply, "sent_all_the_same", skips_look_up=True, claim_token=conversation.claim_token)
    return reply


def _queue(actor: User, reply: Reply, verb: str, **columns: object) -> None:
    now = clock.now()
    columns |= {"attempts": 0, "next_attempt_at": None, "reason": "", "queued_at": now}
    set_state(actor, reply, ReplyState.QUEUED, verb, decided_by=actor, decided_at=now, **columns)


def _decidable(actor: User, reply_id: int, *states: ReplyState) -> Reply:
    """The author and whoever approves may decide."""
    demand(actor, Permission.ANSWER)
    reply = locked_reply(reply_id)
    if reply.author_id != actor.pk:
        demand(actor, Permission.APPROVE)
    if reply.state not in states:
        raise CareError(_("There is nothing to decide on this reply any more."))
    return reply
