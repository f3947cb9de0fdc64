"""One conversation: its thread, what may be answered there, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from oneroof.accounts.models import AuditEntry, RulesOfEngagement, User
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import audit_entries, must_accept_rules
from oneroof.care.models import LIVE_REPLY_STATES, Conversation, Note, Reply, ReplyState, SavedReply
from oneroof.care.rules.placeholders import fill
from oneroof.core import clock
from oneroof.listening.models import Post, PostKey, Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import UnknownNetworkError, network
from oneroof.listening.sources.base import Length, Network

MOST_SHOWN = 500
SHOWN_REPLY_STATES = (*LIVE_REPLY_STATES, ReplyState.FAILED)


def conversation(conversation_id: int) -> Conversation:
    """With what its page shows; of a merged one, that into which it went."""
    found = (
        Conversation.objects.select_related(
            "source", "department", "assignee", "claimant", "first_helper", "identity__person", "thread"
        )
        .prefetch_related("tags")
        .get(pk=conversation_id)
    )
    return found if found.merged_into_id is None else conversation(found.merged_into_id)


@dataclass(frozen=True)
class Said:
    """One thing in a thread: a post that was heard, or a reply of ours that was not heard back yet."""

    at: datetime
    author: str
    text: str
    url: str
    is_ours: bool
    post: Post | None = None
    reply: Reply | None = None


def thread(conversation: Conversation) -> list[Said]:
    """Posts and our replies in the order in which they were said; a reply that was heard back stands once."""
    replies = list(
        conversation.replies.filter(state__in=SHOWN_REPLY_STATES)
        .select_related("author", "approver")
        .order_by("created_at")
    )
    echoes = {reply.heard_as_id: reply for reply in replies if reply.heard_as_id}
    said = [_post_said(post, echoes.get(post.pk)) for post in posts_of(conversation)]
    said += [_reply_said(reply) for reply in replies if reply.heard_as_id is None]
    return sorted(said, key=lambda each: each.at)


def _post_said(post: Post, reply: Reply | None) -> Said:
    return Said(
        at=post.said_at,
        author=str(reply.author) if reply and reply.author else post.author_name or post.author_handle,
        text=post.text,
        url=post.url,
        is_ours=post.is_ours,
        post=post,
        reply=reply,
    )


def _reply_said(reply: Reply) -> Said:
    return Said(
        at=reply.sent_at or reply.created_at,
        author=str(reply.author or ""),
        text=reply.text,
        url=reply.url,
        is_ours=True,
        reply=reply,
    )


def posts_of(conversation: Conversation) -> Sequence[Post]:
    """The newest 500 of the thread, oldest first."""
    keys = PostKey.objects.filter(thread_id=conversation.thread_id, heard_at__isnull=False)
    newest = list(keys.order_by("-said_at", "-pk").values_list("pk", "said_at")[:MOST_SHOWN])
    if not newest:
        return []
    moments = [moment for _pk, moment in newest if moment]
    posts = Post.objects.defer("words").filter(
        pk__in=[pk for pk, _moment in newest], said_at__range=(min(moments), max(moments))
    )
    return list(posts.order_by("said_at", "pk"))


def notes_of(conversation: Conversation) -> QuerySet[Note]:
    return conversation.notes.select_related("author")


def history(conversation: Conversation) -> QuerySet[AuditEntry]:
    """What was done here and what became of its replies, newest first."""
    replies = [str(pk) for pk in conversation.replies.values_list("pk", flat=True)]
    here = Q(on_kind="care.conversation", on_id=str(conversation.pk))
    return audit_entries().filter(here | Q(on_kind="care.reply", on_id__in=replies))


def place_of(source: Source) -> Network:
    """The source's network; history outlives a connector, so of one that is no more, one that can do nothing."""
    try:
        return network(source.network)
    except UnknownNetworkError:
        return Network(key=source.network, title=source.network)


def can_answer(source: Source) -> bool:
    """Whether replies leave from here; where not, a person answers at the source and says so."""
    place = place_of(source)
    return place.can_answer and place.is_answerable(settings_of(source))


@dataclass(frozen=True)
class Composer:
    """All that a form for a reply has to know."""

    can_answer: bool
    length: Length | None
    has_markdown: bool
    network: Network
    target: Post | None
    draft: Reply | None
    reply: Reply | None
    must_accept: RulesOfEngagement | None
    needs_approval: bool

    @property
    def limit(self) -> int | None:
        return self.length.limit if self.length else None

    @property
    def unit(self) -> str:
        return self.length.unit if self.length else ""


def composer(user: User, conversation: Conversation) -> Composer:
    place = place_of(conversation.source)
    return Composer(
        can_answer=can_answer(conversation.source),
        length=place.length_at(conversation.source.settings),
        has_markdown=place.has_markdown,
        network=place,
        target=Post.objects.defer("words").filter(pk=conversation.latest_post_id).first(),
        draft=conversation.replies.filter(author=user, state=ReplyState.DRAFT).first(),
        reply=reply_to(conversation.latest_post_id),
        must_accept=must_accept_rules(user),
        needs_approval=needs_approval(user),
    )


def reply_to(post_id: int) -> Reply | None:
    """The latest live reply to a post."""
    replies = Reply.objects.filter(post_id=post_id, state__in=LIVE_REPLY_STATES)
    return replies.select_related("author").order_by("-created_at", "-pk").first()


def needs_approval(user: User) -> bool:
    return not (user.may(Permission.ANSWER_UNREVIEWED) or user.replies_unreviewed)


def saved_replies_for(conversation: Conversation) -> Sequence[SavedReply]:
    """Those that have not expired, in the conversation's language first."""
    good = [saved for saved in SavedReply.objects.all() if not saved.is_expired]
    return sorted(good, key=lambda saved: (saved.lang != conversation.lang, saved.name))


def filled(saved: SavedReply, conversation: Conversation, user: User) -> str:
    """The saved text with its placeholders filled for this customer and this author."""
    name = conversation.customer_name or conversation.customer_handle
    return fill(
        saved.text,
        {
            "name": name,
            "first_name": name.split()[0] if name.split() else "",
            "handle": conversation.customer_handle,
            "agent": str(user),
            "source": conversation.source.name,
            "today": f"{clock.now():%Y-%m-%d}",
        },
    )
