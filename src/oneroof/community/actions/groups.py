"""Make a group, and say how it is kept."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.events import GroupOpenedOrClosed
from oneroof.community.models import Group, Membership, Visibility, groups_read_by
from oneroof.community.queries.groups import KEEPER, may_keep
from oneroof.community.rules.groups import slug_of
from oneroof.core import clock, events


@transaction.atomic
def make_group(
    actor: User,
    name: str,
    *,
    about: str = "",
    visibility: str = Visibility.PUBLIC,
    language: str = "",
    is_heard: bool = False,
    holds_first: bool = False,
) -> Group:
    """Whoever makes it keeps it. A secret one has an address that nobody guesses."""
    demand(actor, Permission.MODERATE)
    name = _named(name, visibility)
    slug = secrets.token_hex(8) if visibility == Visibility.SECRET else _free_slug(name)
    group = Group.objects.create(
        slug=slug,
        name=name,
        about=about,
        visibility=visibility,
        language=language,
        is_heard=is_heard,
        holds_first=holds_first,
    )
    Membership.objects.create(group=group, member=member_of(actor), state=KEEPER, since=clock.now())
    audit.record(actor, "group.made", on=group, name=group.name_for_all, after={"visibility": visibility})
    return group


@transaction.atomic
def change_group(
    actor: User,
    group_id: int,
    *,
    name: str,
    about: str,
    visibility: str,
    language: str,
    is_heard: bool,
    holds_first: bool = False,
) -> Group:
    """By its keepers. What becomes private is taken back from where it was heard."""
    group = kept_by(actor, group_id)
    before = {"visibility": group.visibility, "is_heard": group.is_heard}
    group.name, group.about, group.language = _named(name, visibility), about, language
    group.visibility, group.is_heard, group.holds_first = visibility, is_heard, holds_first
    if visibility == Visibility.SECRET and before["visibility"] != visibility:
        group.slug = secrets.token_hex(8)
    group.save(update_fields=["name", "about", "language", "visibility", "is_heard", "holds_first", "slug"])
    after = {"visibility": visibility, "is_heard": is_heard}
    audit.record(actor, "group.changed", on=group, name=group.name_for_all, before=before, after=after)
    if before != after:
        events.publish(GroupOpenedOrClosed(group.pk))
    return group


def kept_by(actor: User, group_id: int) -> Group:
    """The group, its row locked. Raises Group.DoesNotExist, or NotAllowed to whoever only reads in it.

    Its keepers keep it; a public one also leads, since it may have come without any.
    """
    demand(actor, Permission.TAKE_PART)
    groups = Group.objects.select_for_update(of=("self",))
    group = groups.get(pk=group_id, pk__in=groups_read_by(actor).values("pk"))
    if not may_keep(actor, group):
        raise NotAllowed(Permission.STEER)
    return group


def _named(name: str, visibility: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= 120:
        raise CommunityError(_("A group has a name of up to 120 characters."))
    if visibility not in Visibility.values:
        raise CommunityError(_("Say who sees it."))
    return name


def _free_slug(name: str) -> str:
    stem = slug_of(name)
    taken = set(Group.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)
