"""Answers by mail: a letter about an entry may be answered, and what it says stands under the entry once.

The letter’s Message-ID names the entry and whom it went to, signed: an answer needs nothing else to be known by.
"""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community import store
from oneroof.community.actions.writing import answer, comment
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Kind
from oneroof.listening.models import Post, PostKey, Source
from oneroof.listening.sources.base import TO_COMMUNITY
from oneroof.notify.actions import tell
from oneroof.notify.actions.telling import ByLetter

MAIL = "mail"
"""The ``external_source`` of what came by mail; its ``external_id`` is the letter's Message-ID."""
NAME = re.compile(r"community-(\d{1,18})-(\d{1,18})-([0-9a-f]{20})@")
LONGEST_ID = 200


def letters_about(entry: Entry) -> Callable[[User], ByLetter] | None:
    """None where no mailbox is heard."""
    mailbox = heard_mailbox()
    if not mailbox:
        return None
    host = urlsplit(settings.PUBLIC_URL).hostname
    return lambda user: ByLetter(f"{_signed(entry.pk, user.pk)}@{host}", mailbox)


def heard_mailbox() -> str:
    """The address of the eldest mailbox that is listened to; empty where there is none."""
    mailboxes = Source.objects.filter(network="email", enabled=True).order_by("pk")
    heard = (each.settings for each in mailboxes if each.settings.get("imap_host"))
    return next((str(each.get("address") or "") for each in heard), "")


def take_letters(post_ids: Sequence[int]) -> int:
    """Those of these posts that answer a letter of the community; how many stand. Safe to call again."""
    posts = Post.objects.filter(pk__in=post_ids, kind=TO_COMMUNITY).order_by("pk")
    parents = dict(
        PostKey.objects.filter(pk__in=[post.pk for post in posts]).values_list("pk", "parent__external_id")
    )
    return sum(_taken(post, parents.get(post.pk) or "") for post in posts)


def _taken(post: Post, answered: str) -> bool:
    """Whoever answered is told where it can't be taken; nobody is, where no letter of ours was answered."""
    named = NAME.match(answered)
    if named is None or not constant_time_compare(
        _signed(int(named[1]), int(named[2])), answered.partition("@")[0]
    ):
        return False
    user = User.objects.active().filter(pk=named[2]).first()
    if user is None:
        return False
    try:
        _write_once(user, int(named[1]), post)
    except (Entry.DoesNotExist, NotAllowed, CommunityError) as refusal:
        _tell_why(user, post, str(refusal))
        return False
    return True


@transaction.atomic
def _write_once(user: User, entry_id: int, post: Post) -> Entry:
    """Under the question that the letter was about, an answer; where its asker writes, a comment."""
    if post.author_handle.lower() != user.email.lower():
        with override(user.language):
            raise CommunityError(_("It came from %(address)s.") % {"address": post.author_handle})
    entry = store.locked(user, entry_id)
    known = Entry.objects.filter(external_source=MAIL, external_id=_known_by(post)).first()
    if known:
        return known
    write = answer if entry.kind == Kind.QUESTION and not store.is_of(user, entry) else comment
    return write(user, entry_id, post.text, external=(MAIL, _known_by(post)))


def _tell_why(user: User, post: Post, why: str) -> None:
    with override(user.language):
        tell(
            [user],
            key=f"community-letter:{post.pk}",
            kind="community_letter",
            title=_("What you answered by mail does not stand in the community"),
            body=f"{why}\n\n{post.text}",
        )


def _known_by(post: Post) -> str:
    return post.external_id[:LONGEST_ID]


def _signed(entry_id: int, user_id: int) -> str:
    named = f"{entry_id}-{user_id}"
    mark = salted_hmac("oneroof.community.letters", named, algorithm="sha256").hexdigest()[:20]
    return f"community-{named}-{mark}"
