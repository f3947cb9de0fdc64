"""Snooze, close, reopen: the states of a conversation that people set."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import audit_entries
from oneroof.care import store
from oneroof.care.errors import CareError
from oneroof.care.events import ConversationClosed
from oneroof.care.models import LIVE_REPLY_STATES, Conversation, Outcome, Priority, Reply, ReplyState, State
from oneroof.care.rules.priority import priority_of
from oneroof.care.service import with_due_times
from oneroof.core import clock, events

UNDONE_WITHIN = timedelta(minutes=10)
ON_ITS_WAY = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.AWAITING_APPROVAL)


@transaction.atomic
def snooze(actor: User, conversation_id: int, until: datetime) -> Conversation:
    """Out of sight until then, or until the customer says something; one's own claim ends."""
    demand(actor, Permission.ANSWER)
    if until <= clock.now():
        raise CareError(_("Snooze until a time to come."))
    conversation = store.unclaimed_by_others(actor, conversation_id)
    _must_not_be_done(conversation)
    _set(actor, "snoozed", conversation, state=State.SNOOZED, snoozed_until=until, **_free())
    return conversation


@transaction.atomic
def wake(actor: User | None, conversation_id: int) -> Conversation:
    """Back into the open list; ``actor`` is None where its time has come."""
    if actor is not None:
        demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    if conversation.state == State.SNOOZED:
        _set(actor, "woken", conversation, state=State.OPEN, snoozed_until=None)
    return conversation


def wake_due() -> int:
    """Wake every conversation whose time has come; each in a transaction of its own."""
    due = Conversation.objects.filter(state=State.SNOOZED, snoozed_until__lte=clock.now())
    ids = list(due.values_list("pk", flat=True)[:1_000])
    for conversation_id in ids:
        wake(None, conversation_id)
    return len(ids)


@transaction.atomic
def close_conversation(actor: User, conversation_id: int, outcome: str, *, sure: bool = True) -> Conversation:
    """Done, with what came of it. What is still on its way out has to go or be withdrawn first.

    Not ``sure``: solved without a word of ours is refused, since it is more often a slip.
    """
    demand(actor, Permission.ANSWER)
    if outcome not in Outcome.values:
        raise CareError(_("Choose an outcome: %(known)s.") % {"known": ", ".join(Outcome.values)})
    conversation = store.unclaimed_by_others(actor, conversation_id)
    if conversation.state == State.DONE and conversation.outcome == outcome:
        return conversation
    if Reply.objects.filter(conversation=conversation, state=ReplyState.AWAITING_APPROVAL).exists():
        raise CareError(_("A reply waits for approval here: decide on it, or withdraw it."))
    if outcome == Outcome.SOLVED and not sure and _is_unanswered(conversation):
        raise CareError(_("Nobody has answered here yet. Close it as solved all the same?"))
    resolved_at = conversation.resolved_at or clock.now()
    _set(
        actor,
        "closed",
        conversation,
        state=State.DONE,
        outcome=outcome,
        resolved_at=resolved_at,
        snoozed_until=None,
        awaiting_since=None,
        assignee=None,
        **_free(),
    )
    events.publish(ConversationClosed(conversation.pk, conversation.latest_post_id, outcome))
    return conversation


@transaction.atomic
def reopen_conversation(actor: User, conversation_id: int) -> Conversation:
    demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    if conversation.state in (State.DONE, State.WAITING):
        waits = {}
        if conversation.first_response_at is not None:  # who was never answered waits since they asked
            waits = {"waits_from": clock.now()}
        _set(
            actor,
            "reopened",
            conversation,
            state=State.OPEN,
            outcome=None,
            resolved_at=None,
            awaiting_since=clock.now(),
            **waits,
        )
    return conversation


@transaction.atomic
def undo_closing(actor: User, conversation_id: int) -> Conversation:
    """As it was before this person closed it a moment ago; once anything else came, it is reopened instead."""
    demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    latest = audit_entries(on_kind="care.conversation", on_id=str(conversation.pk)).first()
    if conversation.state != State.DONE:
        return conversation
    is_ours = latest is not None and (latest.verb, latest.actor_id) == ("conversation.closed", actor.pk)
    if latest is None or not is_ours or clock.now() - latest.at > UNDONE_WITHIN:
        return reopen_conversation(actor, conversation_id)
    before = latest.before
    _set(
        actor,
        "closing_undone",
        conversation,
        state=State(before["state"]),
        outcome=None,
        resolved_at=None,
        snoozed_until=_moment(before.get("snoozed_until")),
        awaiting_since=_moment(before.get("awaiting_since")),
        assignee=User.objects.filter(pk=before.get("assignee_id")).first(),
    )
    return conversation


@transaction.atomic
def set_priority(actor: User, conversation_id: int, priority: str) -> Conversation:
    """A person's word goes before the score's; the empty text gives it back to the score."""
    demand(actor, Permission.ANSWER)
    if priority and priority not in Priority.values:
        raise CareError(_("Choose a priority: %(known)s.") % {"known": ", ".join(Priority.values)})
    conversation = store.locked(conversation_id)
    before = {"priority": conversation.priority}
    scored = priority_of(conversation.need, is_at_risk=conversation.is_at_risk)
    conversation.priority, conversation.priority_by_hand = priority or scored, bool(priority)
    due = with_due_times(conversation)
    store.change(
        conversation, priority=conversation.priority, priority_by_hand=conversation.priority_by_hand, **due
    )
    store.audited(
        actor, "priority_set", conversation, before=before, after={"priority": conversation.priority}
    )
    return conversation


def _set(actor: User | None, verb: str, conversation: Conversation, **columns: Any) -> None:
    before: dict[str, Any] = {"state": conversation.state, "outcome": conversation.outcome}
    if verb == "closed":
        before |= _what_closing_ends(conversation)
    store.change(conversation, **columns)
    store.audited(
        actor,
        verb,
        conversation,
        before=before,
        after={"state": conversation.state, "outcome": conversation.outcome},
    )


def _is_unanswered(conversation: Conversation) -> bool:
    """Neither said nor on its way."""
    live = Reply.objects.filter(conversation=conversation, state__in=LIVE_REPLY_STATES)
    return conversation.is_unanswered and not live.exists()


def _what_closing_ends(conversation: Conversation) -> dict[str, Any]:
    """Kept in the audit, so that it can be undone."""
    return {
        "assignee_id": conversation.assignee_id,
        "snoozed_until": conversation.snoozed_until and conversation.snoozed_until.isoformat(),
        "awaiting_since": conversation.awaiting_since and conversation.awaiting_since.isoformat(),
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _free() -> dict[str, Any]:
    return {"claimant": None, "claim_expires_at": None}


def _must_not_be_done(conversation: Conversation) -> None:
    if conversation.state == State.DONE:
        raise CareError(_("This conversation is done. Reopen it first."))
