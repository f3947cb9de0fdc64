"""A reply of ours came back: it did not reach the customer, and the conversation is work again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from oneroof.care import store
from oneroof.care.models import Conversation, Reply, ReplyState, State
from oneroof.care.outbox.outcomes import mark_returned
from oneroof.listening.models import Post, PostKey, Source
from oneroof.listening.sources import network
from oneroof.listening.sources.base import BOUNCE

GONE_OUT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)


def note_bounces(source_id: int, post_ids: Sequence[int]) -> None:
    """Those of these posts that say that a reply was not delivered: the reply has failed, for their reason.

    A bounce that was heard before the reply was sent again is an old one.
    """
    source = Source.objects.get(pk=source_id)
    if not network(source.network).is_private_at(source.settings):
        return
    bounces = Post.objects.filter(pk__in=post_ids, kind=BOUNCE).values_list("pk", "text", "heard_at")
    for post_id, reason, heard_at in bounces:
        parent = PostKey.objects.filter(children=post_id).first()
        if parent is not None:
            _return(source_id, parent.external_id, reason, heard_at)


@transaction.atomic
def _return(source_id: int, name: str, reason: str, heard_at: datetime) -> None:
    called_so = Reply.objects.filter(Q(external_id=name) | Q(key=name), source_id=source_id)
    for reply_id, conversation_id in list(called_so.values_list("pk", "conversation_id")):
        conversation = store.locked(conversation_id)
        reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
        reply.conversation = conversation
        is_old = reply.sent_at is not None and reply.sent_at > heard_at
        if reply.state in GONE_OUT and not is_old:
            mark_returned(reply, reason)
            _give_back(conversation, reply)


def _give_back(conversation: Conversation, returned: Reply) -> None:
    """As if it had not been said: unless we have answered since by another one, the customer waits again."""
    arrived = [moment for moment in _our_words(conversation, returned) if moment > conversation.opened_at]
    ours_said_at = max(arrived, default=None)
    columns: dict[str, object] = {
        "ours_said_at": ours_said_at,
        "first_response_at": min(arrived, default=None),
    }
    if ours_said_at is None or ours_said_at < conversation.customer_said_at:
        waits = {"awaiting_since": conversation.customer_said_at, "waits_from": conversation.customer_said_at}
        columns |= {**waits, "state": State.OPEN, "outcome": None, "resolved_at": None}
    store.change(conversation, **columns)


def _our_words(conversation: Conversation, returned: Reply) -> list[datetime]:
    sent = Reply.objects.filter(conversation=conversation, state=ReplyState.SENT, sent_at__isnull=False)
    heard = PostKey.objects.filter(
        thread_id=conversation.thread_id, is_ours=True, heard_at__isnull=False, said_at__isnull=False
    ).exclude(pk=returned.heard_as_id or 0)
    moments = [
        *sent.exclude(pk=returned.pk).values_list("sent_at", flat=True),
        *heard.values_list("said_at", flat=True),
    ]
    return [moment for moment in moments if moment]
