"""What our replies link is remembered: an answer shows how many replies it carried."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from oneroof.care.models import Reply, ReplyState, UsedPassage
from oneroof.community.actions.carrying import set_carried
from oneroof.community.models import Entry
from oneroof.community.rules.addresses import entries_linked


@transaction.atomic
def remember_used(reply_id: int) -> None:
    """Read from what went out, so that a link pasted by hand counts too; safe to call again."""
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
    linked = entries_linked(reply.text, settings.PUBLIC_URL) if reply.state == ReplyState.SENT else []
    entries = set(Entry.objects.filter(pk__in=linked).values_list("pk", flat=True))
    known = set(UsedPassage.objects.filter(reply=reply).values_list("entry_id", flat=True))
    UsedPassage.objects.filter(reply=reply).exclude(entry__in=entries).delete()
    UsedPassage.objects.bulk_create(
        [
            UsedPassage(reply=reply, entry_id=pk, at=reply.sent_at or reply.changed_at)
            for pk in entries - known
        ],
        ignore_conflicts=True,
    )
    _recount(entries | known)


def _recount(entry_ids: Iterable[int]) -> None:
    counted = UsedPassage.objects.filter(entry__in=list(entry_ids)).values_list("entry")
    replies = dict(counted.annotate(n=Count("pk")).order_by())
    for entry_id in sorted(entry_ids):
        set_carried(entry_id, replies.get(entry_id, 0))
