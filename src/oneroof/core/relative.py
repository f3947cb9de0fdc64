"""How long ago, in as few words as the browser's own, which takes over while the page is open."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

_STEPS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m"))
_FAR = timedelta(days=30)


def relative(moment: datetime, now: datetime) -> str:
    """``3m ago``, ``in 2h``; the date where it is further than thirty days."""
    span = now - moment
    if abs(span) >= _FAR:
        return date_format(localtime(moment), "DATE_FORMAT")
    for step, letter in _STEPS:
        if abs(span) >= step:
            return _worded(abs(span) // step, letter, past=span > timedelta())
    return _("now")


def _worded(count: int, letter: str, *, past: bool) -> str:
    words = {
        ("d", True): _("%(count)dd ago"),
        ("h", True): _("%(count)dh ago"),
        ("m", True): _("%(count)dm ago"),
        ("d", False): _("in %(count)dd"),
        ("h", False): _("in %(count)dh"),
        ("m", False): _("in %(count)dm"),
    }
    return words[letter, past] % {"count": count}
