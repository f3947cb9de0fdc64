"""Threads of open conversations are read again at their sources, in their turn."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from oneroof.care.models import Conversation, State
from oneroof.care.rules.following import PAUSES
from oneroof.core import clock
from oneroof.listening.actions.following import follow_thread, followed_networks
from oneroof.listening.models import FollowedThread

OPEN = (State.OPEN, State.WAITING, State.SNOOZED)
AT_ONCE = 200
AT_ONCE_OF_A_SOURCE = 20


def threads_to_follow() -> Mapping[int, list[int]]:
    """By source, the posts to answer of those conversations whose thread is due, the longest unread first."""
    known = FollowedThread.objects.filter(thread_id=OuterRef("thread_id")).values("at")[:1]
    conversations = Conversation.objects.whole().filter(
        state__in=OPEN, source__enabled=True, source__network__in=followed_networks()
    )
    spoken = conversations.annotate(
        said_at=Greatest("customer_said_at", Coalesce("ours_said_at", "customer_said_at")),
        followed_at=Coalesce(Subquery(known), "opened_at"),
    )
    due = spoken.filter(_is_due()).order_by(F("followed_at"), "pk")
    by_source: dict[int, list[int]] = defaultdict(list)
    for source_id, post_id in due.values_list("source_id", "latest_post_id")[:AT_ONCE]:
        by_source[source_id].append(post_id)
    return by_source


def follow_threads(source_id: int) -> int:
    """Follow what is due of one source; how many were read."""
    due = threads_to_follow().get(source_id, [])[:AT_ONCE_OF_A_SOURCE]
    return sum(follow_thread(source_id, [post_id]) is not None for post_id in due)


def _is_due() -> Q:
    """As ``rules.following.pause_after`` has it, for the database to choose by."""
    due, younger = Q(pk__in=()), clock.now()
    for until, pause in PAUSES:
        older = clock.now() - until
        due |= Q(said_at__gt=older, said_at__lte=younger, followed_at__lte=clock.now() - pause)
        younger = older
    return due
