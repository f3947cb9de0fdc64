"""Owners are told what their watches caught: at once, or each morning. Nobody is told the same twice."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.listening.excerpts import excerpt
from oneroof.listening.models import Mention, Post, Watch
from oneroof.listening.mornings import last_morning
from oneroof.notify.actions import tell
from oneroof.notify.models import Notice

KIND = "watch"
FRESH = timedelta(days=7)
"""Older posts come in by imports and first polls: they are caught, but are no news."""
SETTLED = timedelta(minutes=2)
"""A batch is stored within it: its catches bear the time at which that began."""
MAILED_EVERY = timedelta(hours=1)
SHOWN = 5
SHOWN_OF_EACH = 3
LINE = 160


def tell_at_once(post_ids: Sequence[int]) -> None:
    """One notice for each watch that caught some of these posts; safe to call again with the same posts."""
    caught = Mention.objects.filter(
        post_id__in=post_ids,
        said_at__gte=clock.now() - FRESH,
        watch__tell=Watch.Tell.AT_ONCE,
        watch__deleted_at=None,
        watch__owner__in=User.objects.who_may(Permission.HEAR),
    )
    by_watch: dict[Watch, list[Mention]] = defaultdict(list)
    for mention in caught.select_related("watch__owner").order_by("-said_at", "-post_id"):
        by_watch[mention.watch].append(mention)
    texts = _texts([mention for mentions in by_watch.values() for mention in mentions[:SHOWN]])
    for watch, mentions in by_watch.items():
        _tell_of_batch(watch, mentions, texts, batch=max(post_ids))


def _tell_of_batch(watch: Watch, mentions: list[Mention], texts: dict[int, str], *, batch: int) -> None:
    with translation.override(watch.owner.language):
        title = ngettext(
            "%(count)d new catch of “%(watch)s”", "%(count)d new catches of “%(watch)s”", len(mentions)
        )
        tell(
            [watch.owner],
            key=f"{_prefix(watch)}{batch}",
            kind=KIND,
            title=title % {"count": len(mentions), "watch": watch.name},
            body="\n".join(_lines(mentions[:SHOWN], texts)),
            path=f"{reverse('listen')}?watch={watch.pk}",
            by_email=not _was_mailed_lately(watch),
        )


def _prefix(watch: Watch) -> str:
    return f"watch:{watch.pk}:batch:"


def _was_mailed_lately(watch: Watch) -> bool:
    """A watch that catches much fills the desk, not the mailbox."""
    lately = Notice.objects.filter(
        user_id=watch.owner_id, key__startswith=_prefix(watch), at__gte=clock.now() - MAILED_EVERY
    )
    return lately.filter(by_email=True).exists()


def tell_daily() -> None:
    """Each owner who has not been told since it was last morning where they are."""
    owners = User.objects.who_may(Permission.HEAR).filter(
        watches__tell=Watch.Tell.DAILY, watches__deleted_at=None
    )
    for owner in owners.distinct():
        tell_digest(owner, last_morning(clock.now(), owner.time_zone))


@transaction.atomic
def tell_digest(owner: User, morning: datetime) -> None:
    """What their daily watches caught, in one notice; that it went out is kept with it, or neither is."""
    daily = Watch.objects.live().filter(owner=owner, tell=Watch.Tell.DAILY)
    locked = daily.select_for_update(no_key=True, skip_locked=True).order_by("name", "pk")
    due = [watch for watch in locked if (watch.told_at or watch.created_at) < morning]
    if not due:
        return
    caught = [(watch, mentions) for watch in due if (mentions := _since_told(watch))]
    if caught:
        with translation.override(owner.language):
            _tell_of_day(owner, caught, morning)
    Watch.objects.filter(pk__in=[watch.pk for watch in due]).update(told_at=clock.now())


def _since_told(watch: Watch) -> list[Mention]:
    """Up to SETTLED ago: what is being stored at this moment is told tomorrow, not missed."""
    oldest, until = clock.now() - FRESH, clock.now() - SETTLED
    since = max((watch.told_at or watch.created_at) - SETTLED, oldest)
    fresh = watch.mentions.filter(caught_at__gt=since, caught_at__lte=until, said_at__gte=oldest)
    return list(fresh.order_by("-said_at", "-post_id"))


def _tell_of_day(owner: User, caught: list[tuple[Watch, list[Mention]]], morning: datetime) -> None:
    count = sum(len(mentions) for _watch, mentions in caught)
    texts = _texts([mention for _watch, mentions in caught for mention in mentions[:SHOWN_OF_EACH]])
    title = ngettext("Your watches caught %(count)d post", "Your watches caught %(count)d posts", count)
    parts = [_part(watch, mentions, texts) for watch, mentions in caught]
    tell(
        [owner],
        key=f"watches:{morning:%Y-%m-%d}:{min(watch.pk for watch, _mentions in caught)}",
        kind="digest",
        title=title % {"count": count},
        body="\n\n".join(parts),
        path=f"{reverse('listen')}?whose=mine",
        by_email=True,
    )


def _part(watch: Watch, mentions: list[Mention], texts: dict[int, str]) -> str:
    lines = _lines(mentions[:SHOWN_OF_EACH], texts)
    if more := len(mentions) - len(lines):
        lines.append(_("and %(count)d more") % {"count": more})
    return "\n".join([f"{watch.name}: {len(mentions)}", *lines])


def _texts(mentions: Sequence[Mention]) -> dict[int, str]:
    """The beginning of each post, with who said it."""
    posts = Post.objects.filter(
        pk__in=[each.post_id for each in mentions], said_at__in=[each.said_at for each in mentions]
    )
    return {
        pk: f"{author}: {excerpt(' '.join(text.split()), (), LINE)[0]}"
        for pk, author, text in posts.values_list("pk", "author_handle", "text")
    }


def _lines(mentions: Sequence[Mention], texts: dict[int, str]) -> list[str]:
    return [f"– {texts[each.post_id]}" for each in mentions if each.post_id in texts]
