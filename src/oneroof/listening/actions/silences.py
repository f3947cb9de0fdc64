"""Owners are told when a source is silent for longer than is usual for it, or fails for an hour; once each time.

When it speaks again, what nobody has read yet is taken back.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening.models import Source
from oneroof.listening.rhythm import SHORTEST, longest_usual_silence
from oneroof.listening.sources import networks
from oneroof.notify.actions import tell, withdraw
from oneroof.notify.models import Notice

SILENT, FAILING = "source_silent", "source_failing"
FAILS_FOR = timedelta(hours=1)


def watch_over_sources() -> None:
    """Those that are switched on, have an owner, and are of a network that hears by itself."""
    hearing = [place.key for place in networks().values() if place.poll or place.receive]
    for source in (
        Source.objects.filter(network__in=hearing).select_related("owner").order_by("pk").iterator()
    ):
        watch_over(source)


@transaction.atomic
def watch_over(source: Source) -> None:
    """Tell of what holds, and take back what holds no more."""
    if source.owner is None:
        return
    known = _told_to(source.owner, source)
    holds = _what_holds(source, source.owner, known)
    for key in known - {holds}:
        withdraw(key)


def _what_holds(source: Source, owner: User, known: set[str]) -> str:
    """The key of the notice that is true now, told if it was not; empty where all is well."""
    if not source.enabled:
        return ""
    if source.failures:
        return _tell_of_failing(source, owner)
    last = source.last_post_at
    if last is None or clock.now() - last <= SHORTEST:
        return ""
    key = _key(SILENT, source, last)
    if key in known:
        return key
    usual, silence = longest_usual_silence(source.pk, last), clock.now() - last
    if usual is None or silence <= usual:
        return ""
    _tell_of_silence(source, owner, key, silence, usual)
    return key


def _tell_of_failing(source: Source, owner: User) -> str:
    since = source.last_success_at or source.created_at
    if clock.now() - since < FAILS_FOR:
        return ""
    key = _key(FAILING, source, since)
    with translation.override(owner.language):
        title = _("“%(name)s” has heard nothing but errors for %(span)s")
        told = title % {"name": source.name, "span": _words(clock.now() - since)}
        _tell(source, owner, FAILING, key, told, source.last_error)
    return key


def _tell_of_silence(source: Source, owner: User, key: str, silence: timedelta, usual: timedelta) -> None:
    with translation.override(owner.language):
        title = _("“%(name)s” is silent for longer than usual")
        body = _("Nothing new for %(span)s; silence of up to %(usual)s is usual there.")
        spans = {"span": _words(silence), "usual": _words(usual)}
        _tell(source, owner, SILENT, key, title % {"name": source.name}, body % spans)


def _tell(source: Source, owner: User, kind: str, key: str, title: str, body: str) -> None:
    tell([owner], key=key, kind=kind, title=title, body=body, path=f"/desk/listen/sources/{source.pk}/")


def _words(span: timedelta) -> str:
    return timesince(clock.now() - span, clock.now(), depth=1)


def _key(kind: str, source: Source, since: datetime) -> str:
    return f"{kind}:{source.pk}:{int(since.timestamp())}"


def _told_to(owner: User, source: Source) -> set[str]:
    """Keys of what they have not read yet of it."""
    unread = Notice.objects.filter(user=owner, read_at=None, kind__in=[SILENT, FAILING])
    found = unread.filter(key__regex=rf"^source_[a-z]+:{source.pk}:")
    return set(found.values_list("key", flat=True))
