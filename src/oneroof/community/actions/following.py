"""Follow an entry's page, a tag, a group or a member; and stop."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Follow, Group, Member, Tag, groups_read_by

type Followed = Entry | Tag | Group | Member


@transaction.atomic
def follow(actor: User, what: Followed) -> Follow:
    """Once, however often; raises DoesNotExist for what one may not read."""
    demand(actor, Permission.TAKE_PART)
    _demand_readable(actor, what)
    member = member_of(actor)
    if what == member:
        raise CommunityError(_("Nobody follows themselves."))
    Follow.objects.bulk_create([Follow(member=member, **_named(what))], ignore_conflicts=True)
    return Follow.objects.get(member=member, **_all_named(what))


@transaction.atomic
def unfollow(actor: User, what: Followed) -> None:
    demand(actor, Permission.TAKE_PART)
    Follow.objects.filter(member__user=actor, **_all_named(what)).delete()


def begin_to_follow(member: Member | None, entry: Entry) -> None:
    """Whoever writes on a page hears of what comes there."""
    Follow.objects.bulk_create([Follow(member=member, entry=entry)], ignore_conflicts=True)


def _demand_readable(actor: User, what: Followed) -> None:
    if isinstance(what, Entry):
        store.readable(actor, what.pk)
    if isinstance(what, Group):
        groups_read_by(actor).get(pk=what.pk)


def _named(what: Followed) -> dict[str, Followed]:
    names = {Entry: "entry", Tag: "tag", Group: "group", Member: "whom"}
    return {names[type(what)]: what}


def _all_named(what: Followed) -> dict[str, Followed | None]:
    return dict.fromkeys(("entry", "tag", "group", "whom")) | _named(what)
