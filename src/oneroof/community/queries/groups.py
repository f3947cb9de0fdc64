"""Groups as one reader knows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import (
    BELONGS,
    ClaimRule,
    Follow,
    Group,
    GroupInvitation,
    Membership,
    groups_known_to,
)
from oneroof.core import clock

KEEPER = Membership.State.KEEPER


@dataclass(frozen=True, slots=True)
class GroupSeen:
    group: Group
    state: str
    """Of the reader's membership; empty where there is none."""
    reads: bool
    keeps: bool
    follows: bool
    people: int
    asking: int
    """How many wait to be let in; 0 to anybody but its keepers."""


def groups(reader: User | None) -> QuerySet[Group]:
    """All that the reader may know of, each with ``people``, and ``is_mine`` where they belong."""
    mine = Membership.objects.filter(group=OuterRef("pk"), member__user=reader, state__in=BELONGS)
    people = Count("memberships", filter=Q(memberships__state__in=BELONGS))
    return groups_known_to(reader).annotate(people=people, is_mine=Exists(mine)).order_by("name", "pk")


def group_seen(reader: User | None, slug: str) -> GroupSeen:
    """Raises Group.DoesNotExist for whom it does not exist."""
    group = groups_known_to(reader).get(slug=slug)
    mine = group.memberships.filter(member__user=reader).first() if reader else None
    states = list(group.memberships.values_list("state", flat=True))
    keeps = may_keep(reader, group)
    return GroupSeen(
        group=group,
        state=mine.state if mine else "",
        reads=group.is_public or bool(mine and mine.state in BELONGS),
        keeps=keeps,
        follows=bool(reader and Follow.objects.filter(member__user=reader, group=group).exists()),
        people=sum(state in BELONGS for state in states),
        asking=states.count(Membership.State.ASKED) if keeps else 0,
    )


def people_of(group: Group) -> QuerySet[Membership]:
    """Who asks first, then who keeps it, then by name."""
    rows = group.memberships.select_related("member__user")
    return rows.order_by("state", "member__name", "pk")


def open_invitations(group: Group) -> QuerySet[GroupInvitation]:
    return group.invitations.filter(answered_at=None).order_by("email")


def invitations_to(reader: User | None) -> QuerySet[GroupInvitation]:
    """Those that wait for this person's answer."""
    if reader is None:
        return GroupInvitation.objects.none()
    mine = GroupInvitation.objects.filter(email__in=addresses_of(reader), answered_at=None)
    return mine.filter(expires_at__gt=clock.now()).select_related("group", "invited_by").order_by("-pk")


def claim_rules(reader: User) -> tuple[Sequence[ClaimRule], int]:
    """Those of groups that the reader knows of, and how many others there are."""
    known = list(ClaimRule.objects.filter(group__in=groups_known_to(reader)).select_related("group"))
    return known, ClaimRule.objects.count() - len(known)


def may_make_groups(reader: User | None) -> bool:
    return bool(reader and reader.may(Permission.MODERATE))


def may_keep(actor: User | None, group: Group) -> bool:
    if actor is None or not actor.may(Permission.TAKE_PART):
        return False
    if group.is_public and actor.may(Permission.STEER):
        return True
    return group.memberships.filter(member__user=actor, state=KEEPER).exists()


def addresses_of(user: User) -> list[str]:
    """Those that are surely theirs, in lower case."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return sorted({user.email.lower(), *(email.lower() for email in proved)})
