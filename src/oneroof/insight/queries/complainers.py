"""Who complained to us, and what became of telling them that it is fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.insight.models import Complaint, ComplaintTold
from oneroof.listening.models import Post, PostKey

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Told:
    """``state``: a draft waits, an answer was sent since, or the draft was thrown away."""

    conversation: Conversation
    state: str


def who_addressed_us(complaint: Complaint) -> Sequence[int]:
    """The latest post of each who wrote to us, or whom we already talk with, and who was not told yet."""
    member_ids = [pk for pk in complaint.members.values_list("post_id", flat=True) if pk]
    threads = dict(PostKey.objects.filter(pk__in=member_ids).values_list("pk", "thread_id"))
    talking = set(
        Conversation.objects.filter(thread__in=set(threads.values())).values_list("thread_id", flat=True)
    )
    told = set(complaint.told.values_list("conversation__thread_id", flat=True))
    latest: dict[object, int] = {}
    posts = Post.objects.filter(pk__in=member_ids, gone_at=None).exclude(text="").order_by("-said_at", "-pk")
    for pk, to_us, source_id, author in posts.values_list(
        "pk", "is_to_us", "source_id", "author_handle_folded"
    ):
        thread = threads.get(pk)
        if (to_us or thread in talking) and thread not in told:
            latest.setdefault((source_id, author or pk), pk)
    return list(latest.values())


def told_of(complaint: Complaint) -> Sequence[Told]:
    """The newest first."""
    since = Reply.objects.filter(
        conversation=OuterRef("conversation"), state=ReplyState.SENT, sent_at__gte=OuterRef("at")
    )
    draft = Reply.objects.filter(
        conversation=OuterRef("conversation"), author=OuterRef("by"), state=ReplyState.DRAFT
    )
    rows = ComplaintTold.objects.filter(complaint=complaint).select_related("conversation")
    rows = rows.annotate(is_sent=Exists(since), is_draft=Exists(draft)).order_by("-pk")[:SHOWN]
    return [
        Told(row.conversation, "sent" if row.is_sent else "draft" if row.is_draft else "withdrawn")
        for row in rows
    ]
