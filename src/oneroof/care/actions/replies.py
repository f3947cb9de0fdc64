"""Replies: written, given, withdrawn. Only the holder of the claim gives one."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import must_accept_rules
from oneroof.care import store
from oneroof.care.errors import (
    CareError,
    NotAnswerableError,
    ReplyExistsError,
    RulesNotAcceptedError,
    TooLongError,
)
from oneroof.care.models import LIVE_REPLY_STATES, Conversation, Reply, ReplyState
from oneroof.care.outbox.drafts import post_of
from oneroof.care.outbox.waking import wake_outbox
from oneroof.care.queries.conversation import can_answer, needs_approval
from oneroof.core import clock
from oneroof.listening.models import PostKey
from oneroof.listening.sources import network
from oneroof.notify.actions import tell

MAY_BE_WITHDRAWN = (
    ReplyState.DRAFT,
    ReplyState.AWAITING_APPROVAL,
    ReplyState.QUEUED,
    ReplyState.QUESTION,
    ReplyState.FAILED,
)


@transaction.atomic
def save_draft(actor: User, conversation_id: int, text: str) -> Reply:
    """Keep what one has typed so far; one draft an author. Anybody may draft, only the holder may send."""
    demand(actor, Permission.ANSWER)
    conversation = store.locked(conversation_id)
    draft = conversation.replies.filter(author=actor, state=ReplyState.DRAFT).first()
    if draft is None:
        key = _post_key(conversation, None)
        draft = _new(actor, conversation, key, text, ReplyState.DRAFT)
        draft.save()
    else:
        draft.text, draft.changed_at = text, clock.now()
        draft.save(update_fields=["text", "changed_at"])
    return draft


@transaction.atomic
def send_reply(
    actor: User, conversation_id: int, text: str, *, post_id: int | None = None, follows: int | None = None
) -> Reply:
    """Give a reply to a post of the thread, by default the customer's latest.

    It is queued, or waits for approval where the author's replies still do. ``follows`` is our earlier reply
    to the same post. Raises NotHolderError, RulesNotAcceptedError, ReplyExistsError, TooLongError,
    NotAnswerableError.
    """
    demand(actor, Permission.ANSWER)
    conversation = store.held_by(actor, conversation_id)
    if not can_answer(conversation.source):
        raise NotAnswerableError
    text = text.strip()
    check_text(conversation, text)
    if rules := must_accept_rules(actor):
        raise RulesNotAcceptedError(rules)
    key = _post_key(conversation, post_id)
    earlier = _followed(conversation, key, follows)
    state = ReplyState.AWAITING_APPROVAL if needs_approval(actor) else ReplyState.QUEUED
    reply = _new(actor, conversation, key, text, state, follows=earlier)
    _insert(reply)
    conversation.replies.filter(author=actor, state=ReplyState.DRAFT).delete()
    store.change(conversation)
    _record(actor, "given", reply)
    if state == ReplyState.QUEUED:
        wake_outbox(reply.source_id)
    else:
        _ask_leads(reply)
    return reply


@transaction.atomic
def withdraw_reply(actor: User, reply_id: int) -> Reply:
    """Take back what has not gone out: one's own, or any for who approves."""
    demand(actor, Permission.ANSWER)
    reply = locked_reply(reply_id)
    if reply.author_id != actor.pk:
        demand(actor, Permission.APPROVE)
    if reply.state == ReplyState.WITHDRAWN:
        return reply
    if reply.state not in MAY_BE_WITHDRAWN:
        raise CareError(_("This reply can't be taken back any more."))
    set_state(actor, reply, ReplyState.WITHDRAWN, "withdrawn")
    return reply


def check_text(conversation: Conversation, text: str) -> None:
    """Something is said, and it fits, counted as the channel counts."""
    if not text:
        raise CareError(_("The reply is empty."))
    length = network(conversation.source.network).length_at(conversation.source.settings)
    if length and length.left(text) < 0:
        raise TooLongError(-length.left(text), length.unit)


def locked_reply(reply_id: int) -> Reply:
    """The conversation first, then the reply: everybody locks them in this order."""
    conversation = store.locked(Reply.objects.values_list("conversation_id", flat=True).get(pk=reply_id))
    reply = Reply.objects.select_for_update(of=("self",)).select_related("author", "post").get(pk=reply_id)
    reply.conversation = conversation
    return reply


def set_state(actor: User, reply: Reply, state: ReplyState, verb: str, **columns: object) -> None:
    """A person decides on a reply: off every sender's hands, audited."""
    before = reply.state
    columns |= {"state": state, "lease": "", "lease_expires_at": None, "changed_at": clock.now()}
    for name, value in columns.items():
        setattr(reply, name, value)
    try:
        with transaction.atomic():
            reply.save(update_fields=list(columns))
    except IntegrityError as error:
        raise ReplyExistsError(_live(reply.post_id, reply.follows_id)) from error
    store.change(reply.conversation)
    _record(actor, verb, reply, before=before)
    if state == ReplyState.QUEUED:
        wake_outbox(reply.source_id)


def new_key() -> str:
    """Chosen once for a reply: it becomes the Message-ID, the idempotency key, the webhook's id."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"reply-{uuid.uuid4().hex}@{host[:40].strip('.')}"


def _new(
    actor: User,
    conversation: Conversation,
    key: PostKey,
    text: str,
    state: ReplyState,
    *,
    follows: Reply | None = None,
) -> Reply:
    return Reply(
        conversation=conversation,
        source_id=conversation.source_id,
        post=key,
        follows=follows,
        author=actor,
        text=text,
        state=state,
        key=new_key(),
        claim_token=conversation.claim_token,
        text_answered=post_of(key).text,
        created_at=clock.now(),
        queued_at=clock.now() if state == ReplyState.QUEUED else None,
    )


def _insert(reply: Reply) -> None:
    """The unique index decides between two that come at once."""
    try:
        with transaction.atomic():
            reply.save()
    except IntegrityError as error:
        raise ReplyExistsError(_live(reply.post_id, reply.follows_id)) from error


def _live(post_id: int, follows_id: int | None) -> Reply | None:
    return Reply.objects.filter(post_id=post_id, follows_id=follows_id, state__in=LIVE_REPLY_STATES).first()


def _post_key(conversation: Conversation, post_id: int | None) -> PostKey:
    wanted = post_id or conversation.latest_post_id
    key = PostKey.objects.filter(pk=wanted, thread_id=conversation.thread_id, heard_at__isnull=False).first()
    if key is None:
        raise CareError(_("That post is not in this conversation."))
    return key


def _followed(conversation: Conversation, key: PostKey, follows: int | None) -> Reply | None:
    if follows is None:
        return None
    earlier = conversation.replies.filter(pk=follows, post=key, state=ReplyState.SENT).first()
    if earlier is None:
        raise CareError(_("A further reply follows one of ours to the same post that has gone out."))
    return earlier


def _ask_leads(reply: Reply) -> None:
    tell(
        User.objects.who_may(Permission.APPROVE).exclude(pk=reply.author_id),
        key=f"approval:{reply.pk}",
        kind="approval",
        title=_("%(name)s's reply waits for approval: %(subject)s")
        % {"name": reply.author, "subject": reply.conversation.subject},
        path=f"/desk/inbox/{reply.conversation_id}/",
    )


def _record(actor: User, verb: str, reply: Reply, *, before: str = "") -> None:
    audit.record(
        actor,
        f"reply.{verb}",
        on=reply.conversation,
        name=reply.conversation.subject,
        before={"state": before, "reply": reply.pk},
        after={"state": str(reply.state), "text": reply.text},
    )
