"""What was read long ago goes, and what carried it."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from oneroof.core import clock
from oneroof.notify.models import Dispatch, DispatchLine, Letter, LetterState, Notice

AT_ONCE = 5_000
ON_ITS_WAY = (LetterState.WAITING, LetterState.SENDING)


def remove_old() -> int:
    """Notices that were read more than ``NOTICES_KEPT_DAYS`` days ago, with letters and dispatches as old that
    carry nothing else; how many notices. What is unread stays."""
    before = clock.now() - timedelta(days=settings.NOTICES_KEPT_DAYS)
    removed = 0
    while count := _remove_some(before):
        removed += count
    DispatchLine.objects.filter(at__lt=before).delete()
    empty = ~Exists(DispatchLine.objects.filter(dispatch=OuterRef("pk")))
    Dispatch.objects.filter(empty, made_at__lt=before).exclude(state__in=ON_ITS_WAY).delete()
    carries_none = ~Exists(Notice.objects.filter(letter=OuterRef("pk")))
    Letter.objects.filter(carries_none, made_at__lt=before).exclude(state__in=ON_ITS_WAY).delete()
    return removed


def _remove_some(before: object) -> int:
    old = Notice.objects.filter(read_at__lt=before).order_by("pk").values("pk")[:AT_ONCE]
    count, _by_model = Notice.objects.filter(pk__in=old).delete()
    return count
