"""Moderators say who owns a tag."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.keeping_tags import kept_tag
from oneroof.community.errors import CommunityError
from oneroof.community.models import Member, Tag
from oneroof.community.queries.tags import tag_called
from oneroof.notify.actions import tell


@transaction.atomic
def appoint_tag_owner(actor: User, name: str, member_id: int) -> Tag:
    """They are told. Raises Member.DoesNotExist."""
    demand(actor, Permission.MODERATE)
    tag = kept_tag(actor, name)
    member = Member.objects.select_related("user").get(pk=member_id)
    if member.user is None or not member.user.is_active or not _knows(member.user, name):
        raise CommunityError(_("%(name)s may not read it.") % {"name": member.name})
    if not tag.owners.filter(pk=member.pk).exists():
        tag.owners.add(member)
        audit.record(actor, "tag.owner_appointed", on=tag, after={"owner": member.name})
        _tell(member.user, tag)
    return tag


@transaction.atomic
def release_tag_owner(actor: User, name: str, member_id: int) -> Tag:
    """Raises Member.DoesNotExist."""
    demand(actor, Permission.MODERATE)
    tag = kept_tag(actor, name)
    member = Member.objects.get(pk=member_id)
    if tag.owners.filter(pk=member.pk).exists():
        tag.owners.remove(member)
        audit.record(actor, "tag.owner_released", on=tag, before={"owner": member.name})
    return tag


def _knows(person: User, name: str) -> bool:
    try:
        return bool(tag_called(person, name))
    except Tag.DoesNotExist:
        return False


def _tell(person: User, tag: Tag) -> None:
    with override(person.language):
        title = _("You own the tag “%(tag)s” now") % {"tag": tag.name}
    tell(
        [person],
        key=f"community-tag-owner:{tag.pk}",
        kind="community_tag",
        title=title,
        path=f"/t/{tag.name}",
    )
