"""A parent came after its child: two conversations become one, and nothing of either is lost."""

from collections.abc import Sequence

from django.db import transaction

from oneroof.accounts import audit
from oneroof.care.actions.opening import bring_up_to_date, take_turns
from oneroof.care.changes import next_change
from oneroof.care.models import (
    LIVE_REPLY_STATES,
    Conversation,
    Note,
    PastWork,
    Reply,
    ReplyState,
    State,
    Tagging,
)
from oneroof.core import clock
from oneroof.listening.models import PostKey, Source


@transaction.atomic
def follow_threads(source_id: int, old_threads: Sequence[int]) -> None:
    """Move the conversations of threads that became part of others to where those are now."""
    take_turns(source_id)
    now = dict(PostKey.objects.filter(pk__in=old_threads).values_list("pk", "thread_id"))
    moved = {old: new for old, new in now.items() if new is not None and new != old}
    conversations = Conversation.objects.select_for_update(of=("self",)).filter(
        thread_id__in=[*moved.keys(), *moved.values()]
    )
    by_thread = {each.thread_id: each for each in conversations.order_by("pk")}
    for old, new in sorted(moved.items()):
        conversation = by_thread.pop(old, None)
        if conversation is not None:
            by_thread[new] = _settle(conversation, by_thread.get(new), new)
    bring_up_to_date(Source.objects.get(pk=source_id), set(moved.values()))


def _settle(conversation: Conversation, there: Conversation | None, thread: int) -> Conversation:
    if there is None:
        conversation.thread_id = thread
        conversation.save(update_fields=["thread_id"])
        return conversation
    elder, younger = sorted((conversation, there), key=lambda each: each.pk)
    _merge(elder, younger, thread)
    return elder


def _merge(elder: Conversation, younger: Conversation, thread: int) -> None:
    """The elder stays, with its claim; where nobody holds it, the younger's claim goes over."""
    now = clock.now()
    younger_token = younger.claim_token
    claim = elder
    if younger.is_held(now) and not elder.is_held(now):
        claim = younger
    holder, until = claim.claimant_id, claim.claim_expires_at
    elder.claimant_id, elder.claim_expires_at = holder, until
    elder.claim_token = max(elder.claim_token, younger.claim_token) if claim is younger else elder.claim_token
    elder.assignee_id = elder.assignee_id or younger.assignee_id
    elder.first_helper_id = elder.first_helper_id or younger.first_helper_id
    _let_go(younger, elder)
    elder.thread_id = thread
    elder.save(
        update_fields=[
            "thread_id", "claimant", "claim_expires_at", "claim_token", "assignee", "first_helper",
        ]
    )  # fmt: skip
    _move_what_hangs_on(elder, younger, younger_token)
    audit.record(
        None,
        "conversation.merged",
        on=elder,
        name=elder.subject,
        before={"conversations": [elder.pk, younger.pk]},
        after={"conversation": elder.pk},
    )


def _let_go(younger: Conversation, elder: Conversation) -> None:
    """It gives up its thread and its place in the lists; its address leads on to the elder."""
    younger.thread_id = None
    younger.merged_into = elder
    younger.state = State.DONE
    younger.claimant_id = younger.claim_expires_at = younger.assignee_id = None
    younger.changed = next_change()
    younger.save(
        update_fields=[
            "thread_id", "merged_into", "state", "claimant", "claim_expires_at", "assignee", "changed",
        ]
    )  # fmt: skip


def _move_what_hangs_on(elder: Conversation, younger: Conversation, younger_token: int) -> None:
    Conversation.objects.filter(merged_into=younger).update(merged_into=elder)
    Note.objects.filter(conversation=younger).update(conversation=elder)
    PastWork.objects.filter(conversation=younger).update(conversation=elder)
    tagged = Tagging.objects.filter(conversation=elder).values("tag_id")
    Tagging.objects.filter(conversation=younger).exclude(tag_id__in=tagged).update(conversation=elder)
    _join_drafts(elder, younger)
    replies = Reply.objects.filter(conversation=younger)
    if not elder.is_held(clock.now()) or elder.claim_token == younger_token:
        under_its_claim = replies.filter(claim_token=younger_token, state__in=LIVE_REPLY_STATES)
        under_its_claim.update(claim_token=elder.claim_token)
    replies.update(conversation=elder)


def _join_drafts(elder: Conversation, younger: Conversation) -> None:
    """An author has one draft a conversation: two become one, one below the other."""
    kept = {
        draft.author_id: draft for draft in Reply.objects.filter(conversation=elder, state=ReplyState.DRAFT)
    }
    for draft in Reply.objects.filter(conversation=younger, state=ReplyState.DRAFT, author_id__in=kept):
        other = kept[draft.author_id]
        other.text = f"{other.text}\n\n{draft.text}"
        other.save(update_fields=["text"])
        draft.delete()
