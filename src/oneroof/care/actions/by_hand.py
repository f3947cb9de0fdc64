"""A source that can't be answered from here: a person answers there, and says so, or takes it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import must_accept_rules
from oneroof.care import store
from oneroof.care.actions.replies import locked_reply, new_key, set_state
from oneroof.care.errors import CareError, RulesNotAcceptedError
from oneroof.care.events import ReplySent
from oneroof.care.models import LIVE_REPLY_STATES, Conversation, Reply, ReplyState, State
from oneroof.care.outbox.outcomes import note_answer
from oneroof.care.threads import read_threads
from oneroof.core import clock, events
from oneroof.listening.sources import network


@transaction.atomic
def answered_by_hand(actor: User, conversation_id: int, text: str = "", url: str = "") -> Reply:
    """Take down what was answered outside. Only the holder may; said twice of one post, it counts once."""
    demand(actor, Permission.ANSWER)
    conversation = store.held_by(actor, conversation_id)
    if rules := must_accept_rules(actor):
        raise RulesNotAcceptedError(rules)
    if url and not url.startswith(("https://", "http://")):
        raise CareError(_("The link begins with https:// or http://."))
    post_id = conversation.latest_post_id
    earlier = Reply.objects.filter(post_id=post_id, follows=None, state__in=LIVE_REPLY_STATES).first()
    if earlier is not None:
        return earlier
    now = clock.now()
    reply = Reply.objects.create(
        conversation=conversation,
        source_id=conversation.source_id,
        post_id=post_id,
        author=actor,
        text=text.strip(),
        state=ReplyState.SENT,
        key=new_key(),
        claim_token=conversation.claim_token,
        by_hand=True,
        url=url,
        sent_at=now,
        created_at=now,
    )
    store.audited(actor, "answered_by_hand", conversation, before={}, after={"text": reply.text, "url": url})
    conversation.replies.filter(author=actor, state=ReplyState.DRAFT).delete()
    note_answer(conversation, now)
    events.publish(ReplySent(reply.pk, conversation.pk, by_hand=True))
    return reply


@transaction.atomic
def not_answered_after_all(actor: User, reply_id: int) -> Reply:
    """Take back that it was answered by hand: one's own word, or any for who approves. The clocks run again."""
    demand(actor, Permission.ANSWER)
    reply = locked_reply(reply_id)
    if reply.author_id != actor.pk:
        demand(actor, Permission.APPROVE)
    if reply.state == ReplyState.WITHDRAWN:
        return reply
    if not reply.by_hand or reply.state != ReplyState.SENT:
        raise CareError(_("Only what was answered by hand can be undone."))
    set_state(actor, reply, ReplyState.WITHDRAWN, "not_answered")
    _without_answer(reply.conversation)
    return reply


def _without_answer(conversation: Conversation) -> None:
    """What we said, and whose turn it is, as the rest of the thread tells."""
    said = conversation.replies.filter(state=ReplyState.SENT).values_list("sent_at", flat=True)
    ours = {moment for moment in said if moment}
    waiting = []
    if conversation.thread_id is not None:
        source = conversation.source
        is_private = network(source.network).is_private_at(source.settings)
        thread = read_threads([conversation.thread_id], all_is_to_us=is_private)[conversation.thread_id]
        ours |= {post.said_at for post in thread.ours}
        waiting = list(thread.unanswered(max(ours, default=None)))
    columns: dict[str, object] = {
        "ours_said_at": max(ours, default=None),
        "first_response_at": min((each for each in ours if each > conversation.opened_at), default=None),
    }
    if waiting and conversation.state == State.WAITING:
        columns |= {"state": State.OPEN, "awaiting_since": waiting[0].said_at}
    store.change(conversation, **columns)
