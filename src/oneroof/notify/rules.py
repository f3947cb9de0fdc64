"""When somebody is not to be disturbed. Pure."""

from datetime import datetime, time
from zoneinfo import ZoneInfo


def is_quiet(moment: datetime, zone: ZoneInfo, begin: time | None, end: time | None) -> bool:
    """Whether an aware moment lies in the quiet hours of a day there; they may run over midnight.

    ``begin`` is inclusive, ``end`` exclusive. Without both, or where they are the same, no hour is quiet.
    """
    if begin is None or end is None:
        return False
    there = moment.astimezone(zone).time()
    return begin <= there < end if begin <= end else there >= begin or there < end
