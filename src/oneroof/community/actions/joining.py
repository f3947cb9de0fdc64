"""Come into a group and leave it: by request, by its keepers, or by oneself."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.groups import kept_by
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import BELONGS, Follow, Group, Member, Membership, Visibility, groups_read_by
from oneroof.core import clock
from oneroof.notify.actions import tell
from oneroof.notify.models import Notice

ASKED, MEMBER, KEEPER = Membership.State.ASKED, Membership.State.MEMBER, Membership.State.KEEPER


@transaction.atomic
def ask_to_join(actor: User, group_id: int) -> Membership:
    """Its keepers decide; they are told. Of secret ones nobody asks: raises Group.DoesNotExist."""
    demand(actor, Permission.TAKE_PART)
    group = Group.objects.get(pk=group_id, visibility=Visibility.LISTED)
    membership, is_new = Membership.objects.get_or_create(
        group=group, member=member_of(actor), defaults={"state": ASKED, "since": clock.now()}
    )
    if is_new:
        _audited(actor, "asked", membership)
        tell(
            User.objects.active().filter(
                community_member__memberships__in=group.memberships.filter(state=KEEPER)
            ),
            key=f"community-asked:{membership.pk}",
            kind="community_group",
            title=_("%(name)s asks to join %(group)s")
            % {"name": membership.member.name, "group": group.name},
            path=f"/g/{group.slug}/people/",
        )
    return membership


@transaction.atomic
def let_in(actor: User, membership_id: int) -> Membership:
    """By a keeper: whoever asked belongs from now on, and is told."""
    membership = _kept(actor, membership_id)
    if membership.state == ASKED:
        _change(actor, "let_in", membership, MEMBER)
        _tell_of_admission(membership)
    return membership


@transaction.atomic
def set_keeper(actor: User, membership_id: int, *, keeps: bool) -> Membership:
    membership = _kept(actor, membership_id)
    if membership.state not in BELONGS:
        raise CommunityError(_("They do not belong to it yet."))
    if not keeps:
        _demand_another_keeper(membership)
    wanted = KEEPER if keeps else MEMBER
    if membership.state != wanted:
        _change(actor, "keeper_named" if keeps else "keeper_freed", membership, wanted)
    return membership


@transaction.atomic
def put_out(actor: User, membership_id: int) -> None:
    """By a keeper: who asked is turned away, who belonged reads no more."""
    membership = _kept(actor, membership_id)
    _demand_another_keeper(membership)
    _end(actor, "put_out", membership)


@transaction.atomic
def leave(actor: User, group_id: int) -> None:
    """Or take one's request back."""
    demand(actor, Permission.TAKE_PART)
    Group.objects.select_for_update().get(pk=group_id)
    membership = Membership.objects.select_related("group", "member").get(group=group_id, member__user=actor)
    _demand_another_keeper(membership)
    _end(actor, "left", membership)


def admit(member: Member, group: Group, *, by: User | None, by_claim: bool = False) -> Membership:
    """Belongs from now on, whatever stood before; who keeps it goes on keeping it."""
    membership, is_new = Membership.objects.get_or_create(
        group=group,
        member=member,
        defaults={"state": MEMBER, "since": clock.now(), "by_claim": by_claim},
    )
    if is_new:
        _audited(by, "let_in", membership)
    elif membership.state not in BELONGS:
        _change(by, "let_in", membership, MEMBER)
    return membership


def forget_what_was_told(user: User | None, group: Group) -> None:
    """Of a private group nothing stays with whoever left it, nor leaves by a letter that still waits."""
    if user is None or group.is_public:
        return
    Follow.objects.filter(member__user=user, entry__group=group).delete()
    Follow.objects.filter(member__user=user, group=group).delete()
    pages = {f"/q/{pk}" for pk in group.entries.filter(root=None).values_list("pk", flat=True)}
    told = Notice.objects.filter(user=user, kind__startswith="community", path__startswith="/q/")
    gone = [pk for pk, path in told.values_list("pk", "path") if _page_in(path) in pages]
    Notice.objects.filter(pk__in=gone).delete()


def _page_in(path: str) -> str:
    return "/".join(path.partition("#")[0].split("/")[:3])


def _kept(actor: User, membership_id: int) -> Membership:
    """The membership, its group's row locked. Raises Membership.DoesNotExist."""
    seen = Membership.objects.filter(group__in=groups_read_by(actor)).values_list("group", flat=True)
    kept_by(actor, seen.get(pk=membership_id))
    return Membership.objects.select_related("group", "member__user").get(pk=membership_id)


def _demand_another_keeper(membership: Membership) -> None:
    """While others belong, somebody lets people in."""
    others = membership.group.memberships.exclude(pk=membership.pk)
    if membership.state != KEEPER or others.filter(state=KEEPER).exists():
        return
    if others.filter(state=MEMBER).exists():
        raise CommunityError(_("Name another keeper first: somebody has to look after the group."))


def _change(actor: User | None, verb: str, membership: Membership, state: Membership.State) -> None:
    membership.state, membership.since = state, clock.now()
    membership.save(update_fields=["state", "since"])
    _audited(actor, verb, membership)


def _end(actor: User | None, verb: str, membership: Membership) -> None:
    _audited(actor, verb, membership)
    forget_what_was_told(membership.member.user, membership.group)
    membership.delete()


def _audited(actor: User | None, verb: str, membership: Membership) -> None:
    group = membership.group
    who = "…" if group.visibility == Visibility.SECRET else membership.member.name
    audit.record(actor, f"group.{verb}", on=group, name=group.name_for_all, after={"member": who})


def _tell_of_admission(membership: Membership) -> None:
    if membership.member.user is not None:
        tell(
            [membership.member.user],
            key=f"community-let-in:{membership.pk}",
            kind="community_group",
            title=_("You belong to %(group)s now") % {"group": membership.group.name},
            path=f"/g/{membership.group.slug}/",
        )
