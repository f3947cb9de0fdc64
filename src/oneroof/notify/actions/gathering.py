"""Notices become letters: all that waits for one person goes into one."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.notify.models import Letter, Notice, Preferences, Rhythm
from oneroof.notify.queries import is_quiet_for

LETTERS_APART = timedelta(minutes=10)
APART: dict[str, timedelta] = {Rhythm.DAILY: timedelta(hours=23), Rhythm.WEEKLY: timedelta(days=7, hours=-1)}
MOST_ALONE = 20


def gather_letters() -> list[int]:
    """A letter for each person who waits for one, is not in quiet hours, and had none just now."""
    return [letter.pk for user in _who_wait() for letter in gather_for(user)]


def _who_wait() -> Iterator[User]:
    waiting = Notice.objects.filter(user=OuterRef("pk"), by_email=True, letter=None, read_at=None)
    recent = Letter.objects.filter(user=OuterRef("pk"), made_at__gt=clock.now() - LETTERS_APART)
    people: QuerySet[User] = User.objects.active().filter(Exists(waiting), ~Exists(recent))
    return people.select_related("notice_preferences").iterator(chunk_size=500)


@transaction.atomic
def gather_for(user: User) -> list[Letter]:
    """One letter of what waits, and one more for each notice that may be answered by letter, unless the person
    wants all together. None in quiet hours, before its time, or where another process was faster."""
    preferences = getattr(user, "notice_preferences", None) or Preferences(user=user)
    notices = _waiting_for(user)
    if not preferences.takes_email:
        notices.update(by_email=False)
        return []
    if is_quiet_for(user, preferences) or _is_early(user, preferences):
        return []
    chosen = list(notices.select_for_update(skip_locked=True).order_by("pk"))
    alone = [each for each in chosen if each.message_id and preferences.rhythm == Rhythm.AT_ONCE]
    alone = alone[:MOST_ALONE]
    letters = [_letter(user, [each], each.message_id) for each in alone]
    rest = [each for each in chosen if each not in alone]
    return [*letters, _letter(user, rest, _new_message_id())] if rest else letters


def _letter(user: User, notices: Sequence[Notice], message_id: str) -> Letter:
    letter = Letter.objects.create(user=user, message_id=message_id)
    Notice.objects.filter(pk__in=[each.pk for each in notices]).update(letter=letter)
    return letter


def _is_early(user: User, preferences: Preferences) -> bool:
    """Whoever wants letters daily or weekly has had one within that time."""
    apart = APART.get(preferences.rhythm)
    return apart is not None and Letter.objects.filter(user=user, made_at__gt=clock.now() - apart).exists()


def _waiting_for(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user, by_email=True, letter=None, read_at=None)


def _new_message_id() -> str:
    return f"notices.{uuid.uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname}"
