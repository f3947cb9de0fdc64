"""How a conversation is locked, changed and told of: every action goes through here."""

from typing import Any

from oneroof.accounts import audit
from oneroof.accounts.models import User
from oneroof.care.changes import next_change
from oneroof.care.errors import AlreadyClaimedError, NotHolderError
from oneroof.care.models import Conversation, State
from oneroof.care.rules import rank
from oneroof.core import clock


def locked(conversation_id: int) -> Conversation:
    """The conversation, its row locked to the transaction's end; of a merged one, that into which it went."""
    found = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("claimant")
        .get(pk=conversation_id)
    )
    return found if found.merged_into_id is None else locked(found.merged_into_id)


def unclaimed_by_others(actor: User, conversation_id: int) -> Conversation:
    """Locked; raises AlreadyClaimedError where somebody else is at it."""
    conversation = locked(conversation_id)
    if conversation.is_held(clock.now()) and conversation.claimant_id != actor.pk:
        assert conversation.claimant
        assert conversation.claim_expires_at
        raise AlreadyClaimedError(conversation.claimant, conversation.claim_expires_at)
    return conversation


def held_by(actor: User, conversation_id: int) -> Conversation:
    """Locked; raises NotHolderError unless the actor's claim is alive."""
    conversation = locked(conversation_id)
    if not conversation.is_held_by(actor, clock.now()):
        raise NotHolderError(conversation.holder)
    return conversation


def change(conversation: Conversation, **columns: Any) -> None:
    """Write these columns, with the rank that follows from them and the next number of change."""
    for name, value in columns.items():
        setattr(conversation, name, value)
    conversation.rank = rank_of(conversation)
    conversation.changed = next_change()
    conversation.save(update_fields=[*columns, "rank", "changed"])


def audited(
    actor: User | None,
    verb: str,
    conversation: Conversation,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        actor, f"conversation.{verb}", on=conversation, name=conversation.subject, before=before, after=after
    )


def rank_of(conversation: Conversation) -> int:
    """Its place in the list of its state."""
    if conversation.state == State.OPEN:
        return rank.rank_open(conversation.priority, conversation.need, conversation.waits_from)
    if conversation.state == State.SNOOZED and conversation.snoozed_until:
        return rank.rank_soonest_first(conversation.snoozed_until)
    if conversation.state == State.DONE and conversation.resolved_at:
        return rank.rank_latest_first(conversation.resolved_at)
    return rank.rank_latest_first(conversation.ours_said_at or conversation.customer_said_at)
