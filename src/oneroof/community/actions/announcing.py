"""The company announces something, and whom it concerns hears of it by the ways that each chose."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.writing import first_group, language_of, publish
from oneroof.community.errors import CommunityError
from oneroof.community.models import (
    WARNINGS,
    Announcement,
    Audience,
    Entry,
    Group,
    Kind,
    News,
    Status,
    Visibility,
    groups_read_by,
)
from oneroof.community.queries.audience import addressed, unreached_owners
from oneroof.core import clock
from oneroof.notify.actions import tell

AT_ONCE = 500


@transaction.atomic
def announce(
    actor: User,
    title: str,
    body: str,
    *,
    group: Group | None = None,
    tags: str = "",
    news: str = News.NEWS,
    audience: str = Audience.FOLLOWERS,
    product: str = "",
    version: str = "",
) -> Entry:
    """By whoever steers. Raises Group.DoesNotExist for a group in which they do not read."""
    demand(actor, Permission.STEER)
    room = groups_read_by(actor).get(pk=group.pk) if group else first_group()
    product, version = " ".join(product.split())[:120], " ".join(version.split())[:60]
    if news not in News.values or audience not in Audience.values:
        raise CommunityError(_("There is no such kind of announcement."))
    if audience == Audience.OWNERS and not product:
        raise CommunityError(_("Say whose owners it is for: name the product."))
    title, body = store.titled(title), store.written(body)
    entry = Entry(
        kind=Kind.ANNOUNCEMENT,
        group=room,
        title=title,
        body=body,
        status=Status.PUBLISHED,
        product=product,
        version=version,
        lang=language_of(f"{title}\n{body}"),
        is_official=True,
    )
    publish(actor, entry, tags=tags)
    Announcement.objects.create(entry=entry, news=news, audience=audience)
    return entry


def tell_addressed(entry_id: int) -> None:
    """Once each, however often it is called; nobody of what they may not read."""
    found = Announcement.objects.select_related("entry__group", "entry__author")
    announcement = found.filter(entry=entry_id, entry__deleted_at=None, entry__held_at=None).first()
    if announcement is None:
        return
    told = 0
    for people in _in_batches(announcement):
        _tell(announcement, people)
        told += len(people)
    Announcement.objects.filter(pk=announcement.pk).update(
        told=told, told_at=clock.now(), unreached=unreached_owners(announcement)
    )


def _tell(announcement: Announcement, people: list[User]) -> None:
    entry = announcement.entry
    is_warning = announcement.news in WARNINGS
    tell(
        people,
        key=f"community:{entry.pk}",
        kind="community_warning" if is_warning else "community_news",
        title=f"{announcement.get_news_display()}: {entry.title}",
        body=entry.body,
        path=entry.get_absolute_url(),
    )


def _in_batches(announcement: Announcement) -> Iterator[list[User]]:
    """By number, so that none is left out or told twice while people come and go."""
    entry, after = announcement.entry, 0
    while True:
        people = list(addressed(announcement).filter(pk__gt=after).order_by("pk")[:AT_ONCE])
        if not people:
            return
        after = people[-1].pk
        if entry.group.visibility == Visibility.PUBLIC:
            yield people
        else:
            yield [each for each in people if Entry.objects.visible_to(each).filter(pk=entry.pk).exists()]
