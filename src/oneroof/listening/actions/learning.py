"""The model of the need for an answer learns from what the team claims and dismisses."""

from datetime import timedelta

from oneroof.listening.models import Post, PostKey
from oneroof.listening.need import PostFacts
from oneroof.listening.need_model import teach

AGAIN_WITHIN = timedelta(days=7)


def learn_need(post_id: int, *, needed: bool) -> None:
    """One lesson. A post that is gone by now, or our own, teaches nothing."""
    key = PostKey.objects.select_related("parent").filter(pk=post_id, heard_at__isnull=False).first()
    post = Post.objects.filter(pk=post_id, said_at=key.said_at).first() if key and key.said_at else None
    if key is None or post is None or post.gone_at or post.is_ours or post.identity_id is None:
        return
    teach(_facts(key, post), needed=needed)


def _facts(key: PostKey, post: Post) -> PostFacts:
    """As they were when the post was heard."""
    assert post.identity_id
    before = Post.objects.filter(identity_id=post.identity_id, said_at__lt=post.said_at)
    ours = PostKey.objects.filter(thread_id=key.thread_id, is_ours=True, said_at__lt=post.said_at)
    return PostFacts(
        text=post.text,
        lang=post.lang,
        feeling=post.feeling,
        addressed_to_us=post.is_to_us,
        is_reply=key.parent_id is not None,
        answers_us=key.parent is not None and key.parent.is_ours,
        thread_answered_by_us=ours.exists(),
        followers=post.followers,
        reposts=post.reposts or 0,
        likes=post.likes or 0,
        author_posts_7d=before.filter(said_at__gte=post.said_at - AGAIN_WITHIN).count(),
        has_link=post.has_link,
        has_image=post.has_image,
        is_near_copy=post.first_copy_id is not None,
        kind=post.kind,
    )
