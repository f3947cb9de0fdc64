"""What care does when something was heard, or happened here."""

from oneroof.care.actions.bouncing import note_bounces
from oneroof.care.actions.merging import follow_threads
from oneroof.care.actions.opening import open_conversations, refresh_conversations
from oneroof.care.actions.telling_crms import tell_crms
from oneroof.care.actions.unanswered import take_unanswered
from oneroof.care.actions.using import remember_used
from oneroof.care.events import (
    ConversationClaimed,
    ConversationClosed,
    ConversationHandedOn,
    ConversationsOpened,
    ReplySent,
)
from oneroof.care.models import Outcome, Reply
from oneroof.community.events import QuestionUnanswered
from oneroof.core.events import subscribe
from oneroof.listening.actions.learning import learn_need
from oneroof.listening.actions.placing import place_our_reply
from oneroof.listening.events import PostsChanged, PostsReceived, ThreadsMerged


@subscribe(PostsReceived)
def on_posts_received(event: PostsReceived) -> None:
    open_conversations(event.source_id, event.post_ids)
    note_bounces(event.source_id, event.post_ids)


@subscribe(PostsChanged)
def on_posts_changed(event: PostsChanged) -> None:
    refresh_conversations(event.source_id, event.post_ids)


@subscribe(ThreadsMerged)
def on_threads_merged(event: ThreadsMerged) -> None:
    follow_threads(event.source_id, [old for old, _new in event.pairs])


@subscribe(ConversationClaimed)
def on_claimed(event: ConversationClaimed) -> None:
    """Somebody found it worth an answer."""
    learn_need(event.post_id, needed=True)


@subscribe(ConversationClosed)
def on_closed(event: ConversationClosed) -> None:
    """Somebody found that it needed none."""
    if event.outcome == Outcome.NO_ANSWER_NEEDED:
        learn_need(event.post_id, needed=False)


@subscribe(ConversationsOpened)
def on_opened(event: ConversationsOpened) -> None:
    """CRMs that know who speaks are told."""
    tell_crms(event.conversation_ids)


@subscribe(ConversationHandedOn)
def on_handed_on(event: ConversationHandedOn) -> None:
    tell_crms([event.conversation_id])


@subscribe(ConversationClosed)
def on_closed_for_crms(event: ConversationClosed) -> None:
    tell_crms([event.conversation_id])


@subscribe(ReplySent)
def on_reply_sent(event: ReplySent) -> None:
    """Whoever answers it continues the conversation."""
    reply = Reply.objects.get(pk=event.reply_id)
    if reply.external_id:
        place_our_reply(reply.post_id, reply.external_id)


@subscribe(ReplySent)
def on_links_sent(event: ReplySent) -> None:
    """What it linked carried it."""
    remember_used(event.reply_id)


@subscribe(QuestionUnanswered)
def on_question_unanswered(event: QuestionUnanswered) -> None:
    take_unanswered(event.question_id)
