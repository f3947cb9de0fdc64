"""Claim: a lease by which exactly one person answers a conversation.

It is one conditional UPDATE. ``claim_token`` is its fencing token: it rises whenever somebody else claims, a
reply carries the one it was given under, and the outbox compares the two before it sends.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.errors import AlreadyClaimedError, CareError, NotHolderError
from oneroof.care.events import ConversationClaimed
from oneroof.care.models import Conversation
from oneroof.core import clock, events
from oneroof.notify.actions import tell

CLAIM_LASTS = timedelta(minutes=15)

CLAIM = """
UPDATE care_conversation SET
    claim_token = CASE WHEN claimant_id = %(me)s THEN claim_token ELSE nextval('care_claim_token') END,
    claimant_id = %(me)s,
    claim_expires_at = %(until)s,
    first_helper_id = COALESCE(first_helper_id, %(me)s),
    changed = nextval('care_conversation_changed')
WHERE id = %(id)s AND merged_into_id IS NULL
    AND (claimant_id IS NULL OR claim_expires_at <= %(now)s OR claimant_id = %(me)s OR %(by_force)s)
RETURNING claim_token
"""


@transaction.atomic
def claim_conversation(actor: User, conversation_id: int) -> Conversation:
    """Take the lease, or renew one's own; raises AlreadyClaimedError with who has it."""
    demand(actor, Permission.ANSWER)
    before = _now(conversation_id)
    claimed = _claim(actor, before.pk)
    if claimed is None:
        _refuse(_now(before.pk))
    if not before.is_held_by(actor, clock.now()):
        _tell_of(actor, "claimed", before)
    return _now(before.pk)


@transaction.atomic
def take_over(actor: User, conversation_id: int) -> Conversation:
    """End somebody else's claim and take it; they are told."""
    demand(actor, Permission.TAKE_OVER)
    before = store.locked(conversation_id)
    held_by = before.holder
    _claim(actor, before.pk, by_force=True)
    _tell_of(actor, "taken_over" if held_by else "claimed", before)
    if held_by and held_by != actor:
        tell(
            [held_by],
            key=f"taken-over:{before.pk}:{clock.now():%s%f}",
            kind="taken_over",
            title=_("%(name)s took over from you: %(subject)s") % {"name": actor, "subject": before.subject},
            path=f"/desk/inbox/{before.pk}/",
        )
    return _now(before.pk)


def renew_claim(actor: User, conversation_id: int) -> datetime:
    """Put the lease's end off while one is at work; raises NotHolderError once it has lapsed to another."""
    demand(actor, Permission.ANSWER)
    now, until = clock.now(), clock.now() + CLAIM_LASTS
    renewed = Conversation.objects.filter(
        pk=conversation_id, claimant=actor, claim_expires_at__gt=now, merged_into=None
    )
    if not renewed.update(claim_expires_at=until):
        raise NotHolderError(_now(conversation_id).holder)
    return until


@transaction.atomic
def release_claim(actor: User, conversation_id: int) -> Conversation:
    """Let go of one's own claim. Replies that are on their way still go."""
    demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    if conversation.claimant_id == actor.pk:
        store.change(conversation, claimant=None, claim_expires_at=None)
        store.audited(actor, "released", conversation, before={"claimant": str(actor)}, after={})
    return conversation


def _claim(actor: User, conversation_id: int, *, by_force: bool = False) -> int | None:
    """The fencing token; None where somebody else has the lease."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "me": actor.pk,
                "id": conversation_id,
                "now": now,
                "until": now + CLAIM_LASTS,
                "by_force": by_force,
            },
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _now(conversation_id: int) -> Conversation:
    found = Conversation.objects.select_related("claimant").get(pk=conversation_id)
    return found if found.merged_into_id is None else _now(found.merged_into_id)


def _refuse(conversation: Conversation) -> None:
    """Say who has it. Between the UPDATE and this read the other may have let go: then ask once more."""
    if conversation.claimant and conversation.claim_expires_at:
        raise AlreadyClaimedError(conversation.claimant, conversation.claim_expires_at)
    raise CareError("The conversation was just let go; claim it again.")


def _tell_of(actor: User, verb: str, before: Conversation) -> None:
    held_by = before.holder
    store.audited(
        actor,
        verb,
        before,
        before={"claimant": str(held_by) if held_by else None},
        after={"claimant": str(actor)},
    )
    events.publish(ConversationClaimed(before.pk, before.latest_post_id, actor.pk))
