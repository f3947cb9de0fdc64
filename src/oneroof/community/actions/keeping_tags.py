"""A tag's owners and moderators say what it is for, and which other names stand for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.admission import SILENCES, demand_not_barred
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Tag, Tagged
from oneroof.community.queries.tags import tag_called
from oneroof.community.rules.tagging import tag_names

ABOUT_LENGTH = 2_000


@transaction.atomic
def describe_tag(actor: User, name: str, about: str) -> Tag:
    tag, about = kept_tag(actor, name), about.replace("\0", "").replace("\r\n", "\n").strip()
    if len(about) > ABOUT_LENGTH:
        raise CommunityError(_("That is longer than %(most)d characters.") % {"most": ABOUT_LENGTH})
    if tag.about != about:
        audit.record(actor, "tag.described", on=tag, before={"about": tag.about}, after={"about": about})
        tag.about = about
        tag.save(update_fields=["about"])
    return tag


@transaction.atomic
def add_synonym(actor: User, name: str, typed: str) -> Tag:
    """What is tagged with the other name is tagged with this one, from now on and so far; it can be taken back."""
    names = tag_names(typed)
    if len(names) != 1 or names == [name]:
        raise CommunityError(_("Give one other name."))
    Tag.objects.bulk_create([Tag(name=names[0])], ignore_conflicts=True)
    tag, synonym = _both_kept(actor, name, names[0])
    if synonym.synonym_of_id == tag.pk:
        return tag
    _demand_foldable(actor, synonym)
    synonym.synonym_of = tag
    synonym.save(update_fields=["synonym_of"])
    there = Tagged.objects.filter(tag=tag).values("entry")
    Tagged.objects.filter(tag=synonym, entry__in=there).delete()
    Tagged.objects.filter(tag=synonym).update(tag=tag, came_as=synonym)
    audit.record(actor, "tag.synonym_added", on=tag, after={"synonym": synonym.name})
    return tag


@transaction.atomic
def remove_synonym(actor: User, name: str, other: str) -> Tag:
    """It stands for itself again, on what was tagged with it. Raises Tag.DoesNotExist for no synonym of it."""
    tag, synonym = _both_kept(actor, name, other)
    if synonym.synonym_of_id != tag.pk:
        raise Tag.DoesNotExist
    Tagged.objects.filter(tag=tag, came_as=synonym).update(tag=synonym, came_as=None)
    synonym.synonym_of = None
    synonym.save(update_fields=["synonym_of"])
    audit.record(actor, "tag.synonym_removed", on=tag, before={"synonym": synonym.name})
    return tag


def kept_tag(actor: User, name: str) -> Tag:
    """Its row locked. Raises Tag.DoesNotExist for what one may not know of, NotAllowed to who does not own it."""
    return _kept(actor, name, [name])[0]


def _both_kept(actor: User, name: str, other: str) -> tuple[Tag, Tag]:
    tag, synonym = _kept(actor, name, [name, other])
    return tag, synonym


def _kept(actor: User, name: str, names: list[str]) -> list[Tag]:
    """Of that name, and more, locked in one order, in which they are given, too (``store.tag_as``)."""
    demand(actor, Permission.TAKE_PART)
    demand_not_barred(actor, SILENCES)
    called = tag_called(actor, name)
    found = {tag.name: tag for tag in Tag.objects.select_for_update().filter(name__in=names).order_by("pk")}
    if called.name != name or set(names) - found.keys():
        raise Tag.DoesNotExist
    if not (actor.may(Permission.MODERATE) or found[name].owners.filter(user=actor).exists()):
        raise NotAllowed(Permission.MODERATE)
    return [found[each] for each in names]


def _demand_foldable(actor: User, tag: Tag) -> None:
    """First that what carries it is not all hidden from them: whoever may not know of a tag changes none."""
    entries = Entry.objects.filter(tagged__tag=tag.synonym_of_id or tag.pk)
    if entries.exists() and not entries.visible_to(actor).exists():
        raise CommunityError(_("Give one other name."))
    if tag.synonym_of_id is not None:
        raise CommunityError(_("It stands for another tag already."))
    if tag.synonyms.exists():
        raise CommunityError(_("It has synonyms of its own: take those back first."))
    others = tag.owners.exclude(user=actor)
    if others.exists() and not actor.may(Permission.MODERATE):
        raise CommunityError(_("Somebody else owns that tag: ask a moderator."))
