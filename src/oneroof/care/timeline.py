"""A person's conversations and what we answered, for their timeline."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.customers.timeline import Entry
from oneroof.listening.models import Post, PostKey

REPLY_COLUMNS = (
    *("text", "sent_at", "changed_at"),
    *("author__name", "author__email", "conversation__thread"),
)


def conversations_of(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest opened by these identities; see :mod:`oneroof.customers.timeline`."""
    opened = Conversation.objects.whole().filter(identity_id__in=identity_ids, opened_at__lte=until)
    return [
        Entry(
            key=f"conversation:{pk:020}",
            at=opened_at,
            icon="messages-square",
            title=_("Conversation"),
            text=subject,
            url=reverse_lazy("care:conversation", args=[pk]),
            state=outcome or state,
            tells_of=f"post:{opening or 0:020}",
        )
        for pk, opened_at, subject, outcome, state, opening in opened.order_by(
            "-opened_at", "-id"
        ).values_list("pk", "opened_at", "subject", "outcome", "state", "opening_post_id")[:limit]
    ]


def replies_to(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest of our replies that went out in their conversations."""
    sent = Reply.objects.filter(
        conversation__identity_id__in=identity_ids, state=ReplyState.SENT, sent_at__lte=until
    )
    told = sent.select_related("author", "conversation").only(*REPLY_COLUMNS)
    replies = list(told.order_by("-sent_at", "-id")[:limit])
    heard = _heard_of([reply for reply in replies if not reply.text])
    return [
        Entry(
            key=f"reply:{reply.pk:020}",
            at=reply.sent_at or reply.changed_at,
            icon="reply",
            title=_("%(name)s answers") % {"name": reply.author or _("We")},
            text=reply.text or heard.get(reply.pk, ""),
            url=reverse_lazy("care:conversation", args=[reply.conversation_id]),
            is_ours=True,
        )
        for reply in replies
    ]


def _heard_of(replies: Sequence[Reply]) -> dict[int, str]:
    """What was answered by hand and not told here, as it was heard: ours in the thread that lies nearest."""
    threads = {reply.conversation.thread_id for reply in replies} - {None}
    keys = PostKey.objects.filter(thread_id__in=threads, is_ours=True).values_list("pk", "thread_id")
    thread_of = dict(keys)
    ours: dict[int | None, list[Post]] = {}
    for post in Post.objects.filter(pk__in=thread_of).only("pk", "said_at", "text"):
        ours.setdefault(thread_of[post.pk], []).append(post)
    return {
        reply.pk: min(said, key=lambda post: abs(post.said_at - (reply.sent_at or reply.changed_at))).text
        for reply in replies
        if (said := ours.get(reply.conversation.thread_id))
    }
