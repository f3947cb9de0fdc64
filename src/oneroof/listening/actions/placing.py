"""Our own reply has its place in the thread as soon as it stands there, before anybody has heard it back."""

from django.db import transaction

from oneroof.core import events
from oneroof.listening.actions.keys import move_threads
from oneroof.listening.actions.receive import lock_source
from oneroof.listening.events import ThreadsMerged
from oneroof.listening.models import PostKey


@transaction.atomic
def place_our_reply(parent_id: int, external_id: str) -> None:
    """For programs; safe to call again. Who answers our reply continues the thread of what it answers.

    ``parent_id`` is the key of the post that was answered, ``external_id`` what our reply is called at its source.
    """
    parent = PostKey.objects.get(pk=parent_id)
    lock_source(parent.source_id)
    parent.refresh_from_db()
    thread = parent.thread_id or parent.pk
    key, is_new = PostKey.objects.get_or_create(
        source_id=parent.source_id,
        external_id=external_id,
        defaults={"parent": parent, "thread_id": thread, "is_ours": True},
    )
    if is_new or key.heard_at is not None or key.pk == parent.pk:
        return
    before = key.thread_id or key.pk
    PostKey.objects.filter(pk=key.pk).update(parent=parent, thread_id=thread, is_ours=True)
    if before != thread:
        move_threads([(before, thread)])
        events.publish(ThreadsMerged(parent.source_id, [(before, thread)]))
