"""From a post in Listen to its conversation, or to the making of one."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.taking import may_be_taken
from oneroof.care.models import Conversation
from oneroof.listening.doors import Door
from oneroof.listening.models import Post, PostKey


def to_the_inbox(user: User, post: Post) -> Door | None:
    if not user.may(Permission.READ_CONVERSATIONS):
        return None
    thread = PostKey.objects.filter(pk=post.pk).values("thread_id")
    conversation = Conversation.objects.whole().filter(thread_id__in=thread).first()
    if conversation is not None:
        return Door(
            _("Open in the inbox"), "inbox", "i", reverse("care:conversation", args=[conversation.pk])
        )
    if not user.may(Permission.ANSWER) or not may_be_taken(post):
        return None
    return Door(
        _("Take to the inbox"), "inbox", "i", reverse("care:taking", args=[post.pk]), changes_something=True
    )
