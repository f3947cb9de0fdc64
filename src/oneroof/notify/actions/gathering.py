"""Notices become letters: all that waits for one person goes into one."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.notify.models import Letter, Notice, Preferences
from oneroof.notify.queries import is_quiet_for

LETTERS_APART = timedelta(minutes=10)


def gather_letters() -> list[int]:
    """A letter for each person who waits for one, is not in quiet hours, and had none just now."""
    letters = (gather_for(user) for user in _who_wait())
    return [letter.pk for letter in letters if letter]


def _who_wait() -> Iterator[User]:
    waiting = Notice.objects.filter(user=OuterRef("pk"), by_email=True, letter=None, read_at=None)
    recent = Letter.objects.filter(user=OuterRef("pk"), made_at__gt=clock.now() - LETTERS_APART)
    people: QuerySet[User] = User.objects.active().filter(Exists(waiting), ~Exists(recent))
    return people.select_related("notice_preferences").iterator(chunk_size=500)


@transaction.atomic
def gather_for(user: User) -> Letter | None:
    """One letter of what waits; None in quiet hours, or where another process was faster."""
    preferences = getattr(user, "notice_preferences", None) or Preferences(user=user)
    notices = _waiting_for(user)
    if not preferences.takes_email:
        notices.update(by_email=False)
        return None
    if is_quiet_for(user, preferences):
        return None
    chosen = list(notices.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not chosen:
        return None
    letter = Letter.objects.create(user=user, message_id=_new_message_id())
    Notice.objects.filter(pk__in=chosen).update(letter=letter)
    return letter


def _waiting_for(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user, by_email=True, letter=None, read_at=None)


def _new_message_id() -> str:
    return f"notices.{uuid.uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname}"
