"""A reply as its network is given it."""

from django.conf import settings

from oneroof.care.models import Reply, ReplyState
from oneroof.core.http import SafeClient
from oneroof.listening.models import Post, PostKey
from oneroof.listening.sources.base import Draft, Target


def client() -> SafeClient:
    return SafeClient(allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL)


def target_of(reply: Reply) -> Target:
    post = post_of(reply.post)
    root = reply.post.thread
    return Target(
        external_id=post.external_id,
        author_handle=post.author_handle,
        author_name=post.author_name,
        text=reply.text_answered or post.text,
        said_at=post.said_at,
        url=post.url,
        thread_external_id=root.external_id if root else "",
        earlier_replies=_earlier_replies(reply),
        opening_text=_opening_text(reply),
    )


def _opening_text(reply: Reply) -> str:
    opening_id = reply.conversation.opening_post_id
    if opening_id == reply.post_id:
        return ""
    opening = PostKey.objects.filter(pk=opening_id, heard_at__isnull=False).first()
    return post_of(opening).text if opening else ""


def draft_of(reply: Reply, target: Target) -> Draft:
    return Draft(
        key=reply.key,
        text=reply.text,
        to=target,
        author_name=str(reply.author) if reply.author else "",
        approved_at=reply.queued_at,
        author_id=reply.author_id,
    )


def post_of(key: PostKey) -> Post:
    """The post of a heard key; its moment tells the partition."""
    assert key.said_at
    return Post.objects.defer("words").get(pk=key.pk, said_at=key.said_at)


def _earlier_replies(reply: Reply) -> tuple[str, ...]:
    sent = Reply.objects.filter(conversation=reply.conversation_id, state=ReplyState.SENT, by_hand=False)
    return tuple(sent.exclude(external_id="").order_by("sent_at").values_list("external_id", flat=True))
