"""What was upheld is overturned: the entry stands again, or an appeal over it was granted."""

from oneroof.community.events import ReportsOverturned
from oneroof.community.models import Entry, Report
from oneroof.core import events


def overturn_reports(entry: Entry) -> int:
    """Its reports were not right after all; returns how many had been. The caller holds a lock that matters."""
    upheld = entry.reports.filter(outcome=Report.Outcome.UPHELD)
    ids = tuple(upheld.order_by("pk").values_list("pk", flat=True))
    if ids:
        Report.objects.filter(pk__in=ids).update(outcome=Report.Outcome.DISMISSED)
        events.publish(ReportsOverturned(entry.pk, ids))
    return len(ids)
