"""A thread is read again at its source: what was edited, what is gone, what was answered, how far it reached."""

import logging
from collections.abc import Sequence

from django.conf import settings

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.actions.receive import Received, SourceChangedError, receive_posts
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.budgets import FOR_HEARING, within_budget
from oneroof.listening.models import FollowedThread, PostKey, Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import network, networks
from oneroof.listening.sources.base import PollFailedError

KNOWN_AT_MOST = 1_000
log = logging.getLogger(__name__)


def followed_networks() -> list[str]:
    """Keys of those whose threads can be read again."""
    return [place.key for place in networks().values() if place.follow]


def follow_thread(source_id: int, post_ids: Sequence[int]) -> Received | None:
    """Read the threads' present state, for programs. None where it cannot be read now; the next time may do.

    ``post_ids`` are posts of one thread, the one that matters most first: where a thread is too large to be read
    whole, what is above and below that post is read.
    """
    source = Source.objects.get(pk=source_id)
    place = network(source.network)
    first = PostKey.objects.filter(source=source, pk__in=post_ids, heard_at__isnull=False).first()
    if place.follow is None or first is None or not source.enabled:
        return None
    FollowedThread.objects.update_or_create(thread_id=first.thread_id, defaults={"at": clock.now()})
    known = PostKey.objects.filter(thread_id=first.thread_id, heard_at__isnull=False).order_by("-said_at")
    ids = list(known.values_list("external_id", flat=True)[:KNOWN_AT_MOST])
    client = SafeClient(allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL)
    client = within_budget(client, place, settings_of(source), FOR_HEARING)
    try:
        followed = place.follow(good_settings(source, place, client), first.external_id, ids, client)
        return receive_posts(source, followed.posts, rejected=followed.rejected, if_unchanged=True)
    except (PollFailedError, SourceChangedError) as failure:
        log.info("A thread of %s could not be followed: %s.", source.name, type(failure).__name__)
        return None
