"""How long ago, in as few words as the browser's own, which takes over while the page is open."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

_STEPS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m"))
_FAR = timedelta(days=30)
_PAST = {"d": noop("%(count)dd ago"), "h": noop("%(count)dh ago"), "m": noop("%(count)dm ago")}
_TO_COME = {"d": noop("in %(count)dd"), "h": noop("in %(count)dh"), "m": noop("in %(count)dm")}


def relative(moment: datetime, now: datetime) -> str:
    """``3m ago``, ``in 2h``; the date where it is further than thirty days."""
    span = now - moment
    if abs(span) >= _FAR:
        return _day(localtime(moment).date(), get_language())
    for step, letter in _STEPS:
        if abs(span) >= step:
            words = _PAST if span > timedelta() else _TO_COME
            return _(words[letter]) % {"count": abs(span) // step}
    return _("now")


@lru_cache(maxsize=4_096)
def _day(day: date, _language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")
