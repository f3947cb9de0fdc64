"""Our own replies, heard back from the source: they are the proof that a reply stands there."""

from collections.abc import Sequence

from django.db.models import Q

from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox.outcomes import mark_sent
from oneroof.listening.models import PostKey

UNSURE = (ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.FAILED)


def match_our_posts(source_id: int, post_ids: Sequence[int]) -> None:
    """Join what we hear of ourselves to our replies; one of unknown outcome has gone out then."""
    ours = PostKey.objects.filter(pk__in=post_ids, source_id=source_id, is_ours=True)
    by_name = {key.external_id: key for key in ours}
    if not by_name:
        return
    replies = Reply.objects.select_for_update().filter(
        Q(external_id__in=by_name) | Q(key__in=by_name), source_id=source_id, heard_as=None
    )
    for reply in replies:
        key = by_name.get(reply.external_id) or by_name[reply.key]
        reply.heard_as = key
        reply.save(update_fields=["heard_as"])
        if reply.state in UNSURE and not _came_back(reply):
            mark_sent(reply, external_id=key.external_id, url="", at=key.said_at)


def _came_back(reply: Reply) -> bool:
    """It went out, that is known, and was not delivered."""
    return reply.state == ReplyState.FAILED and reply.sent_at is not None
