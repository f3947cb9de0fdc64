"""A post that nothing brought to us is taken to the inbox by a person who read it in Listen."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.actions.opening import bring_up_to_date, take_turns
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation
from oneroof.listening.models import Post, PostKey
from oneroof.listening.sources.base import AUTOMATIC


class NothingToAnswerError(CareError):
    """It is our own, a machine's, or gone."""

    def __init__(self) -> None:
        super().__init__(_("This post is our own, a machine’s, or gone where it was said."))


def may_be_taken(post: Post) -> bool:
    return not post.is_ours and post.kind not in AUTOMATIC and post.gone_at is None


@transaction.atomic
def take_post(actor: User, post_id: int) -> Conversation:
    """Open a conversation for the post's thread, or find the one that is there.

    Raises PostKey.DoesNotExist for a post that we have not heard.
    """
    demand(actor, Permission.ANSWER)
    key = PostKey.objects.get(pk=post_id, heard_at__isnull=False)
    assert key.said_at
    post = Post.objects.select_related("source").get(pk=post_id, said_at=key.said_at)
    take_turns(post.source_id)
    key.refresh_from_db(fields=["thread"])
    assert key.thread_id
    standing = Conversation.objects.filter(thread_id=key.thread_id).first()
    if standing is not None:
        return standing
    if not may_be_taken(post):
        raise NothingToAnswerError
    bring_up_to_date(post.source, [key.thread_id], taken=[post_id])
    conversation = Conversation.objects.get(thread_id=key.thread_id)
    store.audited(actor, "taken_up", conversation, before={}, after={"post": post_id})
    return conversation
